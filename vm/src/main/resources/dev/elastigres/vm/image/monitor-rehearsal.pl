#!/usr/bin/perl
# A short life with an agent: waits until the monitor is ready, then has it do what it will do.
# Fails when it does not answer as it should.
use strict;
use warnings;
use IO::Socket::INET;

my $LIMIT_SECONDS = 120;

$SIG{ALRM} = sub { die "the monitor was not ready in time\n" };
alarm $LIMIT_SECONDS;
select(undef, undef, undef, 0.1) until page('/readyz') =~ /^HTTP\S+ 200 /;
page('/healthz');
page('/status') =~ /"version"/ or die "no status\n";

my $agent = dial() or die "cannot connect: $!\n";
print $agent request('/monitor', 'Upgrade: websocket', 'Connection: Upgrade',
    'Sec-WebSocket-Key: ZWxhc3RpZ3JlcyBpbWFnZQ==', 'Sec-WebSocket-Version: 13');
my $head = '';
$head .= bytes(1) until $head =~ /\r\n\r\n$/;
ask('{"min":1,"max":1}', '"version":1');
ask('{"content":{},"type":"HealthCheck","id":2}', '"HealthCheck"');
my $size = '{"cpu":1,"mem":1073741824}';
ask("{\"content\":{\"granted\":$size},\"type\":\"UpscaleNotification\",\"id\":4}", '"UpscaleConfirmation"');
ask("{\"content\":{\"target\":$size},\"type\":\"DownscaleRequest\",\"id\":6}", '"DownscaleResult"');
for my $scrape ([10301, '_monitor_requests_total'], [9100, 'host_load1'], [9499, '']) {
    my ($port, $expected) = @$scrape;
    for my $form ('text/plain', 'application/openmetrics-text') {
        # These ports are opened a moment after the first.
        select(undef, undef, undef, 0.1)
            until page('/metrics', $port, "Accept: $form") =~ /^HTTP\S+ 200 .*$expected/s;
    }
}
print $agent pack('CCN', 0x88, 0x80, 0);    # a close frame
close $agent;

sub dial { return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $_[0] // 10301) }

sub request {
    my ($path, @fields) = @_;
    return join("\r\n", "GET $path HTTP/1.1", 'Host: localhost', @fields, '', '');
}

sub page {
    my ($path, $port, @fields) = @_;
    my $socket = dial($port) or return '';
    print $socket request($path, 'Connection: close', @fields);
    local $/;
    return <$socket> // '';
}

# Sends a message and reads until the answer that has `$expected` in it.
sub ask {
    my ($message, $expected) = @_;
    # Masked with zeros, which leaves the message as it is; none is long enough for a longer head.
    print $agent pack('CCN', 0x81, 0x80 | length $message, 0), $message;
    while (1) {
        my (undef, $length) = unpack 'CC', bytes(2);
        $length = unpack 'n', bytes(2) if $length == 126;
        return if index(bytes($length), $expected) >= 0;
    }
}

sub bytes {
    my ($count) = @_;
    my $data = '';
    while (length $data < $count) {
        read($agent, $data, $count - length $data, length $data) or die "the monitor hung up\n";
    }
    return $data;
}

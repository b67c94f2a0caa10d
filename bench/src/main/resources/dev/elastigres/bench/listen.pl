#!/usr/bin/perl
# The agent's end of sessions with the monitors on the ports that are its arguments. It grants nothing. One command
# is one line:
#   open      begins a session with each monitor. Answered by `open`
#   close     ends them. Answered by `closed`
# Every request for more that comes is told as `request PORT TIME`, in nanoseconds of the monotonic clock.
use strict;
use warnings;
use IO::Socket::INET;

my ($CLOCK_GETTIME, $MONOTONIC) = (228, 1);    # on x86-64
my ($TEXT, $CLOSE, $PING, $PONG) = (0x81, 0x88, 0x89, 0x8a);
my $CHUNK = 64 << 10;

my @ports = @ARGV;
my @peers;
my $commands = '';

$| = 1;
print "ready\n";
while (1) {
    my $readable = '';
    vec($readable, fileno $_, 1) = 1 for *STDIN, map { $_->{socket} } @peers;
    next if select($readable, undef, undef, undef) < 0;
    my $now = now();
    for my $peer (@peers) {
        next unless vec($readable, fileno $peer->{socket}, 1);
        more($peer);
        while (my ($kind, $text) = frame($peer)) {
            print "request $peer->{port} $now\n" if $kind == $TEXT && $text =~ /"UpscaleRequest"/;
            say_to($peer, $PONG, $text) if $kind == $PING;
            die "the monitor on port $peer->{port} ended the session\n" if $kind == $CLOSE;
        }
    }
    if (vec($readable, fileno STDIN, 1)) {
        sysread(STDIN, $commands, $CHUNK, length $commands) or exit;
        obey($1) while $commands =~ s/^(\w+)\n//;
    }
}

sub obey {
    my ($command) = @_;
    if ($command eq 'open') {
        @peers = map { dial($_) } @ports;
        print "open\n";
    }
    elsif ($command eq 'close') {
        for my $peer (@peers) {
            say_to($peer, $CLOSE, '');
            close $peer->{socket};
        }
        @peers = ();
        print "closed\n";
    }
    else { die "no such command: $command\n" }
}

sub dial {
    my ($port) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die "no monitor on port $port: $!\n";
    my $peer = { port => $port, socket => $socket, input => '' };
    syswrite $socket, join("\r\n", 'GET /monitor HTTP/1.1', 'Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade',
        'Sec-WebSocket-Key: ZWxhc3RpZ3JlcyBiZW5jaA==', 'Sec-WebSocket-Version: 13', '', '');
    more($peer) until $peer->{input} =~ s/^.*?\r\n\r\n//s;
    say_to($peer, $TEXT, '{"min":1,"max":1}');
    my ($kind, $text);
    more($peer) until ($kind, $text) = frame($peer);
    die "port $port: $text\n" unless $text =~ /"version"/;
    return $peer;
}

# Masked with zeros, which leaves the text as it is; none is long enough for a longer head.
sub say_to {
    my ($peer, $kind, $text) = @_;
    syswrite $peer->{socket}, pack('CCN', $kind, 0x80 | length $text, 0) . $text;
}

# The first whole frame that has come; nothing when there is none.
sub frame {
    my ($peer) = @_;
    my ($kind, $length, $long) = unpack 'CCn', $peer->{input} . "\0" x 4;
    my $head = $length == 126 ? 4 : 2;
    $length = $long if $length == 126;
    return if length $peer->{input} < $head + $length;
    return ($kind, substr(substr($peer->{input}, 0, $head + $length, ''), $head));
}

sub more {
    my ($peer) = @_;
    sysread($peer->{socket}, $peer->{input}, $CHUNK, length $peer->{input}) or die "the monitor on port $peer->{port} hung up\n";
}

sub now {
    my $time = "\0" x 16;
    syscall($CLOCK_GETTIME, $MONOTONIC, $time) == 0 or die "no clock: $!\n";
    my ($seconds, $nanos) = unpack 'q q', $time;
    return $seconds * 1_000_000_000 + $nanos;
}

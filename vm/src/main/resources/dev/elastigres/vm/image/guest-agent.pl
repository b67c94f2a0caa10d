#!/usr/bin/perl
# Answers the host on the virtio-serial ports named elastigres.N: runs commands, reads and writes files.
#
# One line is one message: `ID VERB WORD...`, where each WORD is base64. From the host:
#   ID hello WORD             an end of line and a hello begin a session; answered by `ID hello WORD`
#   ID exec ARGUMENT...       run a command; answered by out, err, then exit or signal
#   ID in DATA | ID eof       to its standard input, only after a `more`
#   ID kill NUMBER            a signal to its process group
#   ID read PATH              answered by out..., then exit 0
#   ID write PATH DATA        answered by exit 0
# To the host: hello, out DATA, err DATA, more, exit CODE, signal NUMBER, error MESSAGE. The last three
# end the ID. A line that makes no sense is answered by an error and changes nothing. When the host
# goes away, its commands are hung up.
use strict;
use warnings;
use Errno qw(EAGAIN EINTR EWOULDBLOCK);
use Fcntl;
use POSIX qw(:sys_wait_h setsid);

my $LINE_LIMIT = 128 * 1024;       # longest message
my $CHUNK = 24 * 1024;             # of output in one message
my $BACKLOG = 256 * 1024;          # unsent output at which commands have to wait
my $COMMAND_LIMIT = 32;            # at once, on one port
my $READ_LIMIT = 16 * 1024 * 1024; # longest file that `read` gives

$| = 1;
$SIG{PIPE} = 'IGNORE';
$SIG{IO} = $SIG{CHLD} = sub { };    # they only interrupt select
score(-1000);
stay_awake();

my @ports = map { open_port($_) } named_ports();
my %commands;                      # by process id
while (1) { turn() }

sub score {
    my ($value) = @_;
    open(my $file, '>', '/proc/self/oom_score_adj') or return;
    print $file $value;
    close $file;
}

# The host looks most at a guest that is full and busy: nothing of this process is swapped out or
# read from disk again, and it goes before what keeps the CPUs busy. Its commands inherit neither.
sub stay_awake {
    my ($MLOCKALL, $CURRENT_FUTURE_ONFAULT) = (151, 7);
    syscall($MLOCKALL, $CURRENT_FUTURE_ONFAULT);
    setpriority(0, 0, -10);
}

sub named_ports {
    my @found;
    for my $name (glob '/sys/class/virtio-ports/*/name') {
        open(my $file, '<', $name) or next;
        my $line = <$file> // '';
        push @found, "/dev/$1" if $line =~ /^elastigres\.\d+$/ and $name =~ m{/([^/]+)/name$};
    }
    return @found;
}

sub open_port {
    my ($path) = @_;
    sysopen(my $handle, $path, O_RDWR | O_NONBLOCK) or return ();
    fcntl($handle, F_SETOWN, $$ + 0);
    fcntl($handle, F_SETFL, O_RDWR | O_NONBLOCK | O_ASYNC);
    return { handle => $handle, present => 0, input => '', skip => 0, output => '', commands => {} };
}

sub turn {
    my ($read, $write) = ('', '');
    my $timeout = 1;
    for my $port (@ports) {
        next unless $port->{present};
        vec($read, fileno $port->{handle}, 1) = 1 if length $port->{output} < $BACKLOG;
        vec($write, fileno $port->{handle}, 1) = 1 if length $port->{output};
    }
    for my $command (values %commands) {
        my $port = $command->{port};
        for my $stream ('out', 'err') {
            my $handle = $command->{$stream} or next;
            vec($read, fileno $handle, 1) = 1 if !$port || length $port->{output} < $BACKLOG;
        }
        vec($write, fileno $command->{in}, 1) = 1 if $command->{in} && length $command->{pending};
        # Everything is said and only the exit code is missing: its signal may have come too early.
        $timeout = 0.02 unless $command->{out} || $command->{err};
    }
    my $ready = select($read, $write, undef, $timeout);
    ($read, $write) = ('', '') if $ready < 0;
    for my $port (@ports) {
        my $number = fileno $port->{handle};
        # An absent host is looked for at every turn: its arrival interrupts the select above.
        receive($port) if !$port->{present} || vec($read, $number, 1);
        flush_port($port) if $port->{present} && length $port->{output};
    }
    for my $command (values %commands) {
        feed($command) if $command->{in} && length $command->{pending} && vec($write, fileno $command->{in}, 1);
        for my $stream ('out', 'err') {
            my $handle = $command->{$stream} or next;
            forward($command, $stream) if vec($read, fileno $handle, 1);
        }
    }
    reap();
}

sub receive {
    my ($port) = @_;
    my $count = sysread($port->{handle}, my $data, 65536);
    if (!defined $count) {
        $port->{present} = 1 if $!{EAGAIN} || $!{EWOULDBLOCK};
        return;
    }
    if ($count == 0) {
        hang_up($port) if $port->{present};
        return;
    }
    $port->{present} = 1;
    $port->{input} .= $data;
    while ($port->{input} =~ s/^([^\n]*)\n//) {
        my $line = $1;
        if ($port->{skip}) { $port->{skip} = 0; next }
        message($port, $line) if length $line;
    }
    if (length $port->{input} > $LINE_LIMIT) {
        $port->{input} = '';
        answer($port, 0, 'error', 'line too long') unless $port->{skip};
        $port->{skip} = 1;
    }
}

sub hang_up {
    my ($port) = @_;
    abandon($port);
    @$port{qw(present input skip output)} = (0, '', 0, '');
}

sub abandon {
    my ($port) = @_;
    for my $command (values %{ $port->{commands} }) {
        kill 'HUP', -$command->{pid};
        kill 'CONT', -$command->{pid};
        $command->{port} = undef;
        drop($command, 'in');
    }
    $port->{commands} = {};
}

sub answer {
    my ($port, $id, $verb, @words) = @_;
    $port->{output} .= join(' ', $id, $verb, map { encode($_) } @words) . "\n" if $port;
}

sub flush_port {
    my ($port) = @_;
    my $count = syswrite($port->{handle}, $port->{output}, 32768);
    substr($port->{output}, 0, $count, '') if $count;
}

sub message {
    my ($port, $line) = @_;
    my ($id, $verb, @words) = split / /, $line, -1;
    if ($line !~ m{^\d{1,9} [a-z]+( [A-Za-z0-9+/=]*)*$}) {
        return answer($port, 0, 'error', 'not a message');
    }
    @words = map { decode($_) } @words;
    my $command = $port->{commands}{$id};
    if ($verb eq 'hello') {
        abandon($port);
        $port->{output} = "\n";    # ends what an earlier host left half-read
        return answer($port, $id, 'hello', @words);
    }
    if ($verb eq 'in' || $verb eq 'eof' || $verb eq 'kill') {
        return unless $command;    # it ended while the message was on its way
        if ($verb eq 'in') {
            return answer($port, $id, 'more') unless $command->{in};
            return answer($port, 0, 'error', 'input before more') if length $command->{pending};
            $command->{pending} = $words[0] // '';
        }
        elsif ($verb eq 'eof') {
            $command->{eof} = 1;
            drop($command, 'in') unless length $command->{pending};
        }
        else { kill int($words[0] // 15), -$command->{pid} if ($words[0] // '') =~ /^\d+$/ }
        return;
    }
    return answer($port, $id, 'error', 'this id is in use') if $command;
    return answer($port, $id, 'error', 'too many commands') if keys %{ $port->{commands} } >= $COMMAND_LIMIT;
    return answer($port, $id, 'error', 'incomplete') if @words < ($verb eq 'write' ? 2 : 1);
    if ($verb eq 'exec') { run($port, $id, sub { no warnings 'exec'; exec { $words[0] } @words; die "$words[0]: $!\n" }) }
    elsif ($verb eq 'write') { run($port, $id, sub { write_file(@words) }) }
    elsif ($verb eq 'read') { read_file($port, $id, $words[0]) }
    else { answer($port, $id, 'error', 'no such verb') }
}

# A file is written by a child: the kernel may take its time over it.
sub write_file {
    my ($path, $data) = @_;
    sysopen(my $file, $path, O_WRONLY | O_CREAT | O_TRUNC, 0600) or die "$path: $!\n";
    my $count = syswrite($file, $data);
    die "$path: $!\n" unless defined $count && $count == length $data;
    close $file or die "$path: $!\n";
    POSIX::_exit(0);
}

sub read_file {
    my ($port, $id, $path) = @_;
    sysopen(my $file, $path, O_RDONLY | O_NONBLOCK) or return answer($port, $id, 'error', "$path: $!");
    my $total = 0;
    while (1) {
        my $count = sysread($file, my $data, $CHUNK);
        return answer($port, $id, 'error', "$path: $!") unless defined $count;
        last if $count == 0;
        $total += $count;
        return answer($port, $id, 'error', "$path: too long") if $total > $READ_LIMIT;
        answer($port, $id, 'out', $data);
    }
    answer($port, $id, 'exit', 0);
}

sub run {
    my ($port, $id, $action) = @_;
    my %pipe;
    for my $name ('in', 'out', 'err') {
        pipe(my $reader, my $writer) or return answer($port, $id, 'error', "pipe: $!");
        $pipe{$name} = [$reader, $writer];
    }
    my $pid = fork;
    return answer($port, $id, 'error', "fork: $!") unless defined $pid;
    if ($pid == 0) {
        eval {
            setsid();
            $SIG{$_} = 'DEFAULT' for qw(PIPE IO CHLD);
            score(0);
            setpriority(0, 0, 0);
            POSIX::dup2(fileno $pipe{in}[0], 0);
            POSIX::dup2(fileno $pipe{out}[1], 1);
            POSIX::dup2(fileno $pipe{err}[1], 2);
            $action->();
        };
        my $why = $@ || "failed\n";
        syswrite(STDERR, $why);
        POSIX::_exit(127);
    }
    close $pipe{in}[0];
    close $pipe{out}[1];
    close $pipe{err}[1];
    for my $handle ($pipe{in}[1], $pipe{out}[0], $pipe{err}[0]) {
        fcntl($handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK);
    }
    my $command = {
        id => $id, pid => $pid, port => $port, pending => '', eof => 0,
        in => $pipe{in}[1], out => $pipe{out}[0], err => $pipe{err}[0],
    };
    $commands{$pid} = $port->{commands}{$id} = $command;
    answer($port, $id, 'more');
}

sub drop {
    my ($command, $stream) = @_;
    close delete $command->{$stream} if $command->{$stream};
}

sub feed {
    my ($command) = @_;
    my $count = syswrite($command->{in}, $command->{pending});
    if (!defined $count) {
        return if $!{EAGAIN} || $!{EINTR};
        $command->{pending} = '';    # it reads no more
        drop($command, 'in');
        return answer($command->{port}, $command->{id}, 'more');
    }
    substr($command->{pending}, 0, $count, '');
    return if length $command->{pending};
    if ($command->{eof}) { drop($command, 'in') }
    else { answer($command->{port}, $command->{id}, 'more') }
}

sub forward {
    my ($command, $stream) = @_;
    my $count = sysread($command->{$stream}, my $data, $CHUNK);
    return if !defined $count && ($!{EAGAIN} || $!{EINTR});
    if (!$count) { return drop($command, $stream) }
    answer($command->{port}, $command->{id}, $stream, $data);
}

sub reap {
    while ((my $pid = waitpid(-1, WNOHANG)) > 0) {
        $commands{$pid}{status} = $? if $commands{$pid};
    }
    for my $command (values %commands) {
        next if !defined $command->{status} || $command->{out} || $command->{err};
        my $status = $command->{status};
        my $signal = $status & 127;
        drop($command, 'in');
        answer($command->{port}, $command->{id}, $signal ? ('signal', $signal) : ('exit', $status >> 8));
        delete $command->{port}{commands}{ $command->{id} } if $command->{port};
        delete $commands{ $command->{pid} };
    }
}

sub encode {
    my ($data) = @_;
    return '' unless length $data;
    my $text = pack 'u', $data;
    $text =~ s/^.//mg;
    $text =~ s/\n//g;
    $text =~ tr{` -_}{AA-Za-z0-9+/};
    my $padding = (3 - length($data) % 3) % 3;
    substr($text, -$padding) = '=' x $padding if $padding;
    return $text;
}

sub decode {
    my ($text) = @_;
    $text =~ tr{A-Za-z0-9+/}{}cd;
    $text =~ tr{A-Za-z0-9+/}{ -_};
    my $data = '';
    while ($text =~ /(.{1,60})/gs) {
        $data .= unpack 'u', chr(32 + int(length($1) * 3 / 4)) . $1;
    }
    return $data;
}

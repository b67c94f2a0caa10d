#!/usr/bin/perl
# Takes memory that the kernel cannot reclaim, at a given rate, and gives it back. One command is one line:
#   grow RATE BYTES MARK   at RATE bytes a second, or at once when that is 0. Answered by
#                          `grown BEGIN CROSSED END`: when it began, when it had MARK bytes (0: never), when it ended
#   keep                   what was grown until now stays at the next drop
#   drop                   gives back what was grown since
#   clear                  gives back everything
# These are answered by themselves.
# Times are nanoseconds of the monotonic clock, which System.nanoTime() shows, too.
use strict;
use warnings;

# Numbers of x86-64's system calls, and what they take.
my ($MMAP, $MADVISE, $CLOCK_GETTIME) = (9, 28, 228);
my ($READ_WRITE, $PRIVATE_ANONYMOUS_NORESERVE) = (3, 0x4022);
my ($DONTNEED, $HUGE, $NO_HUGE, $POPULATE_WRITE) = (4, 14, 15, 23);
my $MONOTONIC = 1;

my $ROOM = 32 << 30;
my $SMALL_PAGE = 4 << 10;
my $HUGE_PAGE = 2 << 20;
my $FAST = 300 << 20;         # from this rate on pages are huge, which the kernel clears in less time
my $MOST_AT_ONCE = 8 << 20;
my $PAUSE_SECONDS = 0.002;

my $start = syscall($MMAP, 0, $ROOM, $READ_WRITE, $PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
die "no room: $!\n" if $start == -1;
$start = aligned($start, $HUGE_PAGE);
my ($kept, $used) = (0, 0);

$| = 1;
print "ready\n";
while (my $line = <STDIN>) {
    my ($verb, @numbers) = split ' ', $line;
    if ($verb eq 'grow') { print join(' ', 'grown', grow(@numbers)), "\n" }
    elsif ($verb eq 'keep') { $kept = $used; print "keep\n" }
    elsif ($verb eq 'drop') { drop($kept); print "drop\n" }
    elsif ($verb eq 'clear') { drop($kept = 0); print "clear\n" }
    else { die "no such command: $verb\n" }
}

sub grow {
    my ($rate, $bytes, $mark) = @_;
    my $huge = $rate == 0 || $rate >= $FAST;
    my $page = $huge ? $HUGE_PAGE : $SMALL_PAGE;
    $bytes = aligned($bytes, $page);
    $used = aligned($used, $HUGE_PAGE);
    advise($used, aligned($bytes, $HUGE_PAGE), $huge ? $HUGE : $NO_HUGE);
    my ($done, $crossed) = (0, 0);
    my $begin = my $now = now();
    while ($done < $bytes) {
        my $due = $rate == 0 ? $bytes : least($bytes, ($now - $begin) / 1e9 * $rate);
        my $part = least($MOST_AT_ONCE, $due - $done);
        $part = int($part / $page) * $page;
        if ($part < $page) {
            select(undef, undef, undef, $PAUSE_SECONDS);
            $now = now();
            next;
        }
        advise($used, $part, $POPULATE_WRITE);
        my $after = now();
        $crossed = int($now + ($after - $now) * ($mark - $done) / $part) if $done < $mark && $mark <= $done + $part;
        $done += $part;
        $used += $part;
        $now = $after;
    }
    return ($begin, $crossed, $now);
}

sub drop {
    my ($to) = @_;
    advise($to, aligned($used - $to, $HUGE_PAGE), $DONTNEED) if $used > $to;
    $used = $to;
}

sub advise {
    my ($from, $count, $what) = @_;
    syscall($MADVISE, $start + $from, $count, $what) == 0 or die "madvise $what: $!\n";
}

sub aligned {
    my ($size, $to) = @_;
    return int(($size + $to - 1) / $to) * $to;
}

sub least { return $_[0] < $_[1] ? $_[0] : $_[1] }

sub now {
    my $time = "\0" x 16;
    syscall($CLOCK_GETTIME, $MONOTONIC, $time) == 0 or die "no clock: $!\n";
    my ($seconds, $nanos) = unpack 'q q', $time;
    return $seconds * 1_000_000_000 + $nanos;
}

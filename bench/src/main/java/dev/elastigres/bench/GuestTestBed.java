package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.HarnessException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A [MemoryTestBed] in a VM: a process allocates real memory in the cgroup of a real Postgres,
/// and an agent in the guest receives requests. Times are of the guest's clock.
final class GuestTestBed implements MemoryTestBed {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private static final BurstRate AT_ONCE = new BurstRate(0);

    private final BenchVm vm;
    private final List<SamplingRule> rules;
    private final GuestProgram load;
    private final GuestProgram listener;
    private final List<ReceivedRequest> requests = new ArrayList<>();

    private GuestTestBed(
            BenchVm vm, List<SamplingRule> rules, GuestProgram load, GuestProgram listener) {
        this.vm = vm;
        this.rules = rules;
        this.load = load;
        this.listener = listener;
    }

    static GuestTestBed in(BenchVm vm, List<SamplingRule> rules)
            throws HarnessException, InterruptedException {
        for (SamplingRule rule : rules) vm.startMonitor(rule);
        return new GuestTestBed(vm, rules, vm.startLoad(), vm.startListener(rules));
    }

    @Override
    public List<SamplingRule> rules() {
        return rules;
    }

    @Override
    public HostPort monitor(SamplingRule rule) {
        return vm.monitor(rule);
    }

    @Override
    public Bytes usage() throws HarnessException, InterruptedException {
        return vm.usage();
    }

    @Override
    public BurstTimings grow(BurstRate rate, Bytes amount, Bytes mark)
            throws HarnessException, InterruptedException {
        load.say(command(rate, amount, mark));
        return growth(load.expect("grown", TIMEOUT));
    }

    /// Returns the command that makes `load.pl` grow.
    static String command(BurstRate rate, Bytes amount, Bytes mark) {
        return "grow %d %d %d".formatted(rate.perSecond().value(), amount.value(), mark.value());
    }

    /// Parses the times in the answer of `load.pl`.
    static BurstTimings growth(String[] words) throws HarnessException {
        try {
            return new BurstTimings(
                    Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new HarnessException("not times: " + String.join(" ", words), e);
        }
    }

    @Override
    public void drop() throws HarnessException, InterruptedException {
        order("drop");
    }

    @Override
    public void rest(Bytes level) throws HarnessException, InterruptedException {
        order("clear");
        Bytes missing = level.minus(usage());
        if (!missing.equals(Bytes.ZERO)) grow(AT_ONCE, missing, missing);
        order("keep");
    }

    private void order(String verb) throws HarnessException, InterruptedException {
        load.say(verb);
        load.expect(verb, TIMEOUT);
    }

    @Override
    public void openSessions() throws HarnessException, InterruptedException {
        requests.clear();
        listener.say("open");
        awaitListener("open");
    }

    @Override
    public void closeSessions() throws HarnessException, InterruptedException {
        listener.say("close");
        awaitListener("closed");
    }

    private void awaitListener(String word) throws HarnessException, InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            GuestProgram.ProgramOutput next = listener.receive(TIMEOUT);
            if (next instanceof GuestProgram.ProgramOutput.Line(String text) && text.equals(word))
                return;
            note(next);
        }
        throw new HarnessException("listen.pl does not print " + word);
    }

    @Override
    public List<ReceivedRequest> requests() throws HarnessException, InterruptedException {
        GuestProgram.ProgramOutput next;
        while ((next = listener.receive(Duration.ZERO)) != null) note(next);
        return List.copyOf(requests);
    }

    private void note(GuestProgram.@Nullable ProgramOutput output) throws HarnessException {
        switch (output) {
            case null -> {}
            case GuestProgram.ProgramOutput.End(String why) ->
                    throw new HarnessException("listen.pl ended: " + why);
            case GuestProgram.ProgramOutput.Line(String text) -> requests.add(request(text));
        }
    }

    /// Parses `request PORT TIME`.
    static ReceivedRequest request(String line) throws HarnessException {
        String[] words = line.split(" ", -1);
        try {
            if (words.length == 3 && words[0].equals("request")) {
                int port = Integer.parseInt(words[1]);
                for (SamplingRule rule : SamplingRule.values())
                    if (rule.guestPort() == port)
                        return new ReceivedRequest(rule, Long.parseLong(words[2]));
            }
        } catch (NumberFormatException _) {
            // Reported below.
        }
        throw new HarnessException("listen.pl printed \"" + line + "\"");
    }

    @Override
    public Duration cpu(SamplingRule rule) throws HarnessException, InterruptedException {
        return vm.cpu(rule);
    }

    @Override
    public void close() {
        load.close();
        listener.close();
    }
}

package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.BenchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A [Bed] in a VM: a process takes real memory in the cgroup of a real Postgres, and an agent in
/// the guest listens, by the guest's clock.
final class GuestBed implements Bed {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Rate AT_ONCE = new Rate(0);

    private final BenchVm vm;
    private final List<Rule> rules;
    private final GuestProgram load;
    private final GuestProgram listener;
    private final List<Request> requests = new ArrayList<>();

    private GuestBed(BenchVm vm, List<Rule> rules, GuestProgram load, GuestProgram listener) {
        this.vm = vm;
        this.rules = rules;
        this.load = load;
        this.listener = listener;
    }

    static GuestBed in(BenchVm vm, List<Rule> rules) throws BenchException, InterruptedException {
        for (Rule rule : rules) vm.startMonitor(rule);
        return new GuestBed(vm, rules, vm.startLoad(), vm.startListener(rules));
    }

    @Override
    public List<Rule> rules() {
        return rules;
    }

    @Override
    public HostPort monitor(Rule rule) {
        return vm.monitor(rule);
    }

    @Override
    public Bytes usage() throws BenchException, InterruptedException {
        return vm.usage();
    }

    @Override
    public Growth grow(Rate rate, Bytes amount, Bytes mark)
            throws BenchException, InterruptedException {
        load.say(command(rate, amount, mark));
        return growth(load.expect("grown", LIMIT));
    }

    /// What makes `load.pl` grow.
    static String command(Rate rate, Bytes amount, Bytes mark) {
        return "grow %d %d %d".formatted(rate.perSecond().value(), amount.value(), mark.value());
    }

    /// What `load.pl` says of it, word by word.
    static Growth growth(String[] words) throws BenchException {
        try {
            return new Growth(
                    Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new BenchException("not times: " + String.join(" ", words), e);
        }
    }

    @Override
    public void drop() throws BenchException, InterruptedException {
        order("drop");
    }

    @Override
    public void rest(Bytes level) throws BenchException, InterruptedException {
        order("clear");
        Bytes missing = level.minus(usage());
        if (!missing.equals(Bytes.ZERO)) grow(AT_ONCE, missing, missing);
        order("keep");
    }

    private void order(String verb) throws BenchException, InterruptedException {
        load.say(verb);
        load.expect(verb, LIMIT);
    }

    @Override
    public void listen() throws BenchException, InterruptedException {
        requests.clear();
        listener.say("open");
        awaitListener("open");
    }

    @Override
    public void hangUp() throws BenchException, InterruptedException {
        listener.say("close");
        awaitListener("closed");
    }

    private void awaitListener(String word) throws BenchException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            GuestProgram.Heard next = listener.hear(LIMIT);
            if (next instanceof GuestProgram.Heard.Line(String text) && text.equals(word)) return;
            note(next);
        }
        throw new BenchException("listen.pl does not say " + word);
    }

    @Override
    public List<Request> heard() throws BenchException, InterruptedException {
        GuestProgram.Heard next;
        while ((next = listener.hear(Duration.ZERO)) != null) note(next);
        return List.copyOf(requests);
    }

    private void note(GuestProgram.@Nullable Heard heard) throws BenchException {
        switch (heard) {
            case null -> {}
            case GuestProgram.Heard.Ended(String why) ->
                    throw new BenchException("listen.pl ended: " + why);
            case GuestProgram.Heard.Line(String text) -> requests.add(request(text));
        }
    }

    /// `request PORT TIME`.
    static Request request(String line) throws BenchException {
        String[] words = line.split(" ", -1);
        try {
            if (words.length == 3 && words[0].equals("request")) {
                int port = Integer.parseInt(words[1]);
                for (Rule rule : Rule.values())
                    if (rule.guestPort() == port)
                        return new Request(rule, Long.parseLong(words[2]));
            }
        } catch (NumberFormatException _) {
            // It is said below.
        }
        throw new BenchException("listen.pl says \"" + line + "\"");
    }

    @Override
    public Duration cpu(Rule rule) throws BenchException, InterruptedException {
        return vm.cpu(rule);
    }

    @Override
    public void close() {
        load.close();
        listener.close();
    }
}

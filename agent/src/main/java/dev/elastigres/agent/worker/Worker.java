package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.Found;
import dev.elastigres.agent.driver.Found.Bounds;
import dev.elastigres.agent.driver.Looked;
import dev.elastigres.agent.monitor.MonitorCaller;
import dev.elastigres.agent.monitor.MonitorSession;
import dev.elastigres.agent.monitor.Switchboard;
import dev.elastigres.agent.permits.Permit;
import dev.elastigres.agent.permits.PermitAsk;
import dev.elastigres.agent.permits.PermitException;
import dev.elastigres.agent.permits.Permits;
import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.Decision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Limits;
import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.SizeChange;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.Repeats;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// The only owner of one VM's state. Nothing that it does waits: what it starts, it hears of in its
/// inbox. Anything that throws without need is a bug, and ends it.
final class Worker {
    /// A resize gets all of its time but this part: it shall say how far it came before it counts
    /// as hung.
    private static final int MARGIN = 20;

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Supplier<Found> found;
    private final Surroundings around;
    private final Lanes lanes;
    private final Chronicle chronicle;
    private final long firstId;
    private final Inbox inbox;
    private final Log log;
    private final Scraper scraper;
    private final Repeats repeats;

    private VmRules rules;
    private Optional<MonitorSession> session = Optional.empty();
    private Optional<Double> load1 = Optional.empty();
    private Optional<Resources> recommended = Optional.empty();
    private Optional<Found.OomKill> oomKill = Optional.empty();
    private Moment lookAt;

    /// What the workers of all VMs share.
    ///
    /// @param onlooker takes what there is to tell
    record Surroundings(
            Driver driver,
            Permits permits,
            Function<String, VmRules> rulesOf,
            Switchboard switchboard,
            Pace pace,
            Onlooker onlooker,
            Log log) {}

    /// The calls for one VM, which may outlive a worker.
    record Lanes(Lane driver, Lane permits) {}

    /// @param found the VM as it was last found
    /// @param firstId above every id that a peer may remember of this VM
    Worker(
            Supplier<Found> found,
            Surroundings around,
            Lanes lanes,
            Chronicle chronicle,
            Inbox inbox,
            long firstId) {
        this.found = found;
        this.around = around;
        this.lanes = lanes;
        this.chronicle = chronicle;
        this.inbox = inbox;
        this.firstId = firstId;
        log = around.log.with("vm", found.get().name());
        scraper = new Scraper(() -> found.get().doors(), around.pace, inbox);
        repeats = new Repeats(log, Worker::now);
        rules = around.rulesOf.apply(found.get().name());
        lookAt = now();
    }

    /// Runs until it is interrupted.
    void run() throws InterruptedException {
        State state = tellOomKill(begin());
        try (var helpers = new Helpers(inbox)) {
            helpers.start("host-metrics", scraper::readHost);
            helpers.start("cache-metrics", scraper::readCache);
            helpers.start("monitor", caller()::run);
            while (true) {
                chronicle.publish(state);
                Mail mail = inbox.next(patience(state));
                state = mail == null ? decide(state, new Event.Woke()) : take(state, mail);
                if (!now().isBefore(lookAt)) lookInPassing();
            }
        } finally {
            inbox.close();
            chronicle.monitor(Optional.empty());
        }
    }

    private MonitorCaller caller() {
        Pace pace = around.pace;
        return new MonitorCaller(
                around.switchboard,
                () -> found.get().doors().monitor(),
                new MonitorCaller.Waits(
                        pace.connectLimit(),
                        pace.healthEvery(),
                        pace.healthFails(),
                        pace.reconnectAfter(),
                        Pace::spread),
                new Ear(inbox));
    }

    private Duration patience(State state) {
        Moment until = state.wakeAt().isBefore(lookAt) ? state.wakeAt() : lookAt;
        Duration patience = until.since(now());
        return patience.isNegative() ? Duration.ZERO : patience;
    }

    // ---- the beginning

    /// Waits until the VM was seen.
    private State begin() throws InterruptedException {
        look();
        while (true) {
            Mail mail = inbox.next(LOOK_AGAIN);
            if (mail == null && lanes.driver.isFree()) look();
            if (mail instanceof Mail.Trouble trouble) tell(trouble);
            if (mail instanceof Mail.Changed) rules = around.rulesOf.apply(found.get().name());
            if (mail instanceof Mail.Broken(Throwable bug)) throw new BrokenException(bug);
            if (mail instanceof Mail.Happened(Event.SizeObserved(Resources size, Resources asked)))
                return begin(size, asked);
        }
    }

    private State begin(Resources size, Resources asked) {
        around.permits.join(found.get().name(), size.max(asked));
        log.info("VM found", "size", size.text());
        if (chronicle.view().isEmpty())
            around.onlooker.appeared(
                    new Scaled(
                            Instant.now(), found.get().name(), size, size, "the agent found it"));
        chronicle.note("was found with " + size.text());
        tell(new Mail.Trouble(Part.WORKER, ""));
        return State.begin(limits(), size, asked, firstId, rules.rules(), now());
    }

    private Limits limits() {
        Bounds bounds = found.get().bounds();
        Resources least = rules.least().map(bounds.min()::max).orElse(bounds.min());
        Resources most = rules.most().map(bounds.max()::min).orElse(bounds.max());
        least = least.min(bounds.max());
        return Limits.between(rules.unit(least), least, most.max(least), bounds.grain());
    }

    // ---- what happens

    private State take(State state, Mail mail) {
        return switch (mail) {
            case Mail.Happened(Event event) -> decide(state, event);
            case Mail.Opened(MonitorSession opened) -> {
                session = Optional.of(opened);
                chronicle.monitor(Optional.of(opened.version()));
                tell(new Mail.Trouble(Part.MONITOR, ""));
                repeats.write("session", Level.INFO, "monitor found", "version", opened.version());
                yield decide(state, new Event.MonitorFound(opened.number()));
            }
            case Mail.Ended(MonitorSession ended, String why) -> {
                session = session.filter(it -> it != ended);
                chronicle.monitor(session.map(MonitorSession::version));
                tell(new Mail.Trouble(Part.MONITOR, why));
                yield decide(state, new Event.MonitorLost(ended.number()));
            }
            case Mail.Trouble trouble -> {
                tell(trouble);
                yield state;
            }
            case Mail.Changed() -> {
                if (lanes.driver.isFree()) look();
                yield changed(state);
            }
            case Mail.Broken(Throwable bug) -> throw new BrokenException(bug);
        };
    }

    private State changed(State state) {
        rules = around.rulesOf.apply(found.get().name());
        Limits limits = limits();
        return tellOomKill(
                limits.equals(state.limits())
                        ? state
                        : decide(state, new Event.LimitsChanged(limits)));
    }

    /// Once for each kill.
    private State tellOomKill(State state) {
        Optional<Found.OomKill> kill = found.get().oomKill();
        if (kill.isEmpty() || kill.equals(oomKill)) return state;
        oomKill = kill;
        Duration ago = Duration.between(kill.get().at(), Instant.now());
        // The clock of whoever has seen it may be ahead of this one.
        Moment at = ago.isNegative() ? now() : now().plus(ago.negated());
        return decide(state, new Event.OomKilled(kill.get().limit(), at));
    }

    /// Once for each size.
    private void recommend(State state) {
        Optional<Resources> now =
                state.why().obstacle() instanceof Obstacle.Recommended(Resources to)
                        ? Optional.of(to)
                        : Optional.empty();
        if (now.isPresent() && !now.equals(recommended)) {
            String to = now.get().text();
            String reason = state.why().reason().text();
            chronicle.note("would become " + to + ": " + reason);
            log.info("recommended", "from", state.has().text(), "to", to, "reason", reason);
        }
        recommended = now;
    }

    private State decide(State before, Event event) {
        if (event instanceof Event.MetricsRead(var metrics, _, _))
            load1 = metrics.host().map(HostMetrics::load1);
        Telling.of(event).ifPresent(chronicle::note);
        Step step = Decision.after(before, event, rules.rules(), now());
        chronicle.count(step);
        State state = step.state();
        step.change().ifPresent(this::scaled);
        recommend(state);
        // First told, then done: whoever has an answer finds in the view what it came from.
        chronicle.publish(state);
        around.onlooker.happened(found.get().name(), event);
        for (Action action : step.actions()) {
            Telling.of(action).ifPresent(chronicle::note);
            perform(action);
        }
        if (log.isWritten(Level.DEBUG))
            log.debug(
                    "decided",
                    "event",
                    event,
                    "actions",
                    step.actions(),
                    "why",
                    state.why().text());
        return state;
    }

    private void scaled(SizeChange change) {
        String from = change.from().text();
        String to = change.to().text();
        chronicle.note("has " + to + ", no longer " + from);
        log.info("VM scaled", "from", from, "to", to, "reason", change.text());
        around.onlooker.scaled(
                new Scaled(
                        Instant.now(),
                        found.get().name(),
                        change.from(),
                        change.to(),
                        change.text()));
    }

    private void tell(Mail.Trouble trouble) {
        String part = trouble.part().title();
        if (!chronicle.trouble(trouble.part(), trouble.why())) return;
        if (trouble.why().isEmpty())
            repeats.write(part, Level.INFO, "trouble is over", "with", part);
        else repeats.write(part, Level.WARN, "trouble", "with", part, "reason", trouble.why());
    }

    // ---- what is done

    private void perform(Action action) {
        switch (action) {
            case Action.AskScheduler ask -> ask(ask);
            case Action.Resize resize -> resize(resize);
            case Action.Look() -> look();
            case Action.ReadMetrics() -> scraper.readHostNow();
            case Action.TellMonitor(long number, long id, Resources size) ->
                    session.filter(it -> it.number() == number).ifPresent(it -> it.tell(id, size));
            case Action.AskMonitor(long number, long id, Resources target) ->
                    session.filter(it -> it.number() == number).ifPresent(it -> it.ask(id, target));
        }
    }

    private void ask(Action.AskScheduler action) {
        var ask =
                new PermitAsk(
                        found.get().name(),
                        action.id(),
                        limits().unit(),
                        action.has(),
                        action.wanted(),
                        action.permit(),
                        action.urgent(),
                        load1);
        lanes.permits.start(
                () -> {
                    try {
                        Permit permit = around.permits.ask(ask);
                        happened(
                                new Event.Permitted(
                                        ask.id(),
                                        permit.size(),
                                        permit.moves(),
                                        permit.shortage()));
                        trouble(Part.PERMITS, "");
                    } catch (PermitException e) {
                        happened(new Event.SchedulerFailed(ask.id(), Causes.chain(e)));
                        trouble(Part.PERMITS, Causes.chain(e));
                    }
                },
                this::broken);
    }

    private void resize(Action.Resize resize) {
        Found vm = found.get();
        Duration limit = rules.rules().timing().resizeLimit();
        long deadline = System.nanoTime() + limit.minus(limit.dividedBy(MARGIN)).toNanos();
        log.info("resize begins", "from", resize.from().text(), "to", resize.to().text());
        lanes.driver.start(
                () -> {
                    // It may have waited for what was given up before.
                    Duration left = Duration.ofNanos(deadline - System.nanoTime());
                    if (!left.isPositive()) return;
                    happened(new Event.ResizeEnded(resize.id(), resized(vm, resize, left)));
                },
                this::broken);
    }

    private Outcome resized(Found vm, Action.Resize resize, Duration within)
            throws InterruptedException {
        try {
            return around.driver.resize(vm, resize.from(), resize.to(), within);
        } catch (DriverException.Unavailable e) {
            return new Outcome.Failed(ResizeFailure.UNAVAILABLE, Causes.chain(e));
        } catch (DriverException e) {
            return new Outcome.Failed(Causes.chain(e));
        }
    }

    /// Sizes change without the agent, too.
    private void lookInPassing() {
        if (lanes.driver.isFree()) look();
        lookAt = now().plus(Pace.spread(around.pace.lookEvery()));
    }

    private void look() {
        Found vm = found.get();
        Duration limit = rules.rules().timing().resizeRetry();
        lookAt = now().plus(Pace.spread(around.pace.lookEvery()));
        lanes.driver.start(
                () -> {
                    try {
                        Looked looked = around.driver.look(vm, limit);
                        happened(new Event.SizeObserved(looked.size(), looked.asked()));
                        trouble(Part.DRIVER, "");
                    } catch (DriverException e) {
                        trouble(Part.DRIVER, Causes.chain(e));
                    }
                },
                this::broken);
    }

    private void happened(Event event) throws InterruptedException {
        inbox.put(new Mail.Happened(event));
    }

    private void trouble(Part part, String why) throws InterruptedException {
        inbox.put(new Mail.Trouble(part, why));
    }

    private void broken(Throwable bug) {
        try {
            inbox.put(new Mail.Broken(bug));
        } catch (InterruptedException _) {
            // The worker is over, too.
        }
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }
}

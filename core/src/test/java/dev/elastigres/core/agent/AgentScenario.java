package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/// Runs the agent's core for one VM with commands of one line. Sizes are written `CPUS/MIB`, times
/// in seconds.
///
/// ```
/// rules neon|elastigres|independent|learned   which rules count, with fixed targets unless they
///                                      are learned; before `vm`
/// vm SIZE MIN..MAX                     a VM is found: 0.25 CPUs and 1 GiB are a unit
/// after SECONDS                        time passes, with whatever is due by itself
/// page SINCE busy CPUS PRESSURE used MIB     a page, measured over the last SINCE seconds
/// page SINCE pending used MIB          one that does not say what the CPUs did
/// page SINCE load LOAD used MIB        one of a kernel that does not count that
/// permit SIZE|all, done, partial SIZE, failed WHY, observe SIZE [ASKED]
/// monitor found [v1.0]|lost, confirm, agree, refuse [SIZE]
/// want [SIZE]                          the monitor asks for more
/// oom, limits MIN..MAX
/// pause SECONDS, pin SIZE [SECONDS], resume    an operator holds the VM's size, or releases it
/// why, state                           the VM's size is explained, or its state named
/// ```
///
/// The scenario renews permits and confirms notifications of the monitor without commands.
final class AgentScenario {
    private static final long SESSION = 1;
    private static final String OPERATOR = "127.0.0.1:4711";
    private static final Resources GRAIN = new Resources(0.25, Bytes.ofMebibytes(8));

    private ScalingRules rules = rules("elastigres");
    private Moment now = new Moment(0);
    private State state = State.begin(limits("0.25/1024..2/8192"), unit(1), unit(1), 1, rules, now);
    private final List<String> answers = new ArrayList<>();

    List<String> play(String line) {
        answers.clear();
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "rules" -> rules = rules(words[1]);
            case "vm" -> {
                Resources size = size(words[1]);
                state = State.begin(limits(words[2]), size, size, 1, rules, now);
            }
            case "after" -> pass(seconds(words[1]));
            case "page" -> take(page(words));
            case "permit" -> take(permit(words[1]));
            case "done" -> take(new Event.ResizeEnded(running().id(), done(running().size())));
            case "partial" ->
                    take(
                            new Event.ResizeEnded(
                                    running().id(), new ResizeOutcome.Partial(size(words[1]))));
            case "failed" ->
                    take(
                            new Event.ResizeEnded(
                                    running().id(), new ResizeOutcome.Failed(rest(words))));
            case "observe" ->
                    take(new Event.SizeObserved(size(words[1]), size(words[words.length - 1])));
            case "monitor" ->
                    take(
                            words[1].equals("found")
                                    ? new Event.MonitorFound(SESSION, words.length > 2)
                                    : new Event.MonitorLost(SESSION));
            case "agree" -> take(new Event.DownscaleAgreed(SESSION, asked().id()));
            case "refuse" ->
                    take(
                            new Event.DownscaleRefused(
                                    SESSION, asked().id(), stated(words), "too much is used"));
            case "want" -> take(new Event.UpscaleRequested(SESSION, stated(words)));
            case "oom" -> take(new Event.OutOfMemory());
            case "limits" -> take(new Event.LimitsChanged(limits(words[1])));
            case "pause" -> take(hold(new SizeHold.Pause(now.plus(seconds(words[1])), OPERATOR)));
            case "pin" ->
                    take(
                            hold(
                                    new SizeHold.Pin(
                                            size(words[1]),
                                            words.length == 2
                                                    ? Optional.empty()
                                                    : Optional.of(now.plus(seconds(words[2]))),
                                            OPERATOR)));
            case "resume" -> take(new Event.HoldChanged(Optional.empty()));
            case "state" -> answers.add(state.why().code());
            case "why" -> answers.add(state.why().text());
            default -> throw new IllegalArgumentException("no such command: " + line);
        }
        return List.copyOf(answers);
    }

    private static Duration seconds(String word) {
        return Duration.ofMillis((long) (1000 * Double.parseDouble(word)));
    }

    private static Event hold(SizeHold hold) {
        return new Event.HoldChanged(Optional.of(hold));
    }

    private static ScalingRules rules(String name) {
        ScalingRules ours =
                ScalingRules.of(EnumSet.complementOf(EnumSet.of(ExtraRule.LEARNED_HEADROOM)));
        return switch (name) {
            case "neon" -> ScalingRules.NEON;
            case "elastigres" -> ours;
            case "learned" -> ScalingRules.ELASTIGRES;
            case "neon-independent" ->
                    ScalingRules.NEON.with(ScalingRules.NEON.goal().with(SizeShape.INDEPENDENT));
            case "independent" -> ours.with(ours.goal().with(SizeShape.INDEPENDENT));
            default -> throw new IllegalArgumentException("no such rules: " + name);
        };
    }

    private void pass(Duration time) {
        Moment end = now.plus(time);
        while (!state.wakeAt().isAfter(end)) {
            now = state.wakeAt();
            take(new Event.TimerFired());
        }
        now = end;
    }

    private void take(Event event) {
        Step step = AgentDecision.after(state, event, rules, now);
        state = step.state();
        step.change()
                .ifPresent(
                        it ->
                                say(
                                        "has %s, no longer %s, because %s"
                                                .formatted(
                                                        it.to().text(),
                                                        it.from().text(),
                                                        it.text())));
        for (Action action : step.actions()) act(action);
    }

    private void act(Action action) {
        switch (action) {
            case Action.RequestPermit ask -> {
                if (ask.permit().covers(ask.wanted()))
                    take(new Event.PermitReceived(ask.id(), ask.wanted(), false));
                else
                    say(
                            "asks for a permit for %s%s"
                                    .formatted(
                                            ask.wanted().text(), ask.urgent() ? ", urgently" : ""));
            }
            case Action.Resize resize -> say("resizes to " + resize.to().text());
            case Action.ReadSize() -> say("looks at its size");
            case Action.ReadMetrics() -> say("reads its metrics");
            case Action.NotifyMonitor tell -> take(new Event.UpscaleConfirmed(SESSION, tell.id()));
            case Action.RequestDownscale ask -> say("asks its monitor for " + ask.target().text());
        }
    }

    private void say(String what) {
        answers.add("%.1f s: %s".formatted(now.nanos() / 1e9, what));
    }

    private Event page(String[] words) {
        var since = new Moment(now.nanos() - (long) (1e9 * Double.parseDouble(words[1])));
        boolean load = words[2].equals("load");
        double load1 = load ? Double.parseDouble(words[3]) : 0;
        CpuFigures cpu =
                switch (words[2]) {
                    case "busy" ->
                            new CpuFigures.Measured(
                                    new CpuUsage(
                                            Double.parseDouble(words[3]),
                                            Double.parseDouble(words[4])));
                    case "pending" -> new CpuFigures.Pending();
                    case "load" -> new CpuFigures.Unavailable();
                    default -> throw new IllegalArgumentException("no figures: " + words[2]);
                };
        Bytes total = state.current().memory();
        Bytes used = Bytes.ofMebibytes(Long.parseLong(words[words.length - 1]));
        var host = new HostMetrics(load1, load1, total, total.minus(used), Bytes.ZERO, cpu);
        return new Event.MetricsRead(
                new VmMetrics(Optional.of(host), Optional.empty()), since, now);
    }

    private Event permit(String word) {
        OpenRequest asked = state.scheduler().request().orElseThrow();
        return new Event.PermitReceived(
                asked.id(), word.equals("all") ? asked.size() : size(word), false);
    }

    private OpenRequest running() {
        return ((ResizeState.Running) state.driver().resizing()).request();
    }

    private OpenRequest asked() {
        return ((MonitorState.Present) state.monitor()).downscaleRequest().orElseThrow();
    }

    private static ResizeOutcome done(Resources size) {
        return new ResizeOutcome.Done(size);
    }

    private static Optional<Resources> stated(String[] words) {
        return words.length == 1 ? Optional.empty() : Optional.of(size(words[1]));
    }

    private static String rest(String[] words) {
        return String.join(" ", List.of(words).subList(1, words.length));
    }

    private static Resources unit(int units) {
        return ComputeUnit.DEFAULT.times(units);
    }

    private static SizeLimits limits(String range) {
        int dots = range.indexOf("..");
        return SizeLimits.between(
                ComputeUnit.DEFAULT,
                size(range.substring(0, dots)),
                size(range.substring(dots + 2)),
                GRAIN);
    }

    private static Resources size(String text) {
        int slash = text.indexOf('/');
        return new Resources(
                Double.parseDouble(text.substring(0, slash)),
                Bytes.ofMebibytes(Long.parseLong(text.substring(slash + 1))));
    }
}

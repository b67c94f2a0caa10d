package dev.elastigres.demo;

import dev.elastigres.agent.permits.HostBudget;
import dev.elastigres.agent.worker.Fleet;
import dev.elastigres.agent.worker.Pace;
import dev.elastigres.agent.worker.Quiet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.demo.VmHappening.Preparing;
import dev.elastigres.platform.vm.VmDriver;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.vm.Machines;
import dev.elastigres.vm.TemporaryMachines;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.image.OwnImage;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/// The demo in a VM, from its start to its end: a real VM in a folder of its own, and the real
/// agent in this process, which sees no VM but that.
final class VmDemo {
    private final VmScript script;
    private final View view;
    private final VmStory story;
    private final Thread thread = Thread.currentThread();
    private volatile boolean stopping;

    /// For the thread that will run it.
    VmDemo(VmScript script, View view) {
        this.script = script;
        this.view = view;
        story = new VmStory(script, view);
    }

    /// Makes [#run] clean up and end. Any thread may call it.
    void stop() {
        stopping = true;
        thread.interrupt();
    }

    /// Nothing is left of the demo when this returns or throws.
    ///
    /// @throws DemoException when something did not happen
    /// @throws StoppedException when it was stopped before the story's end
    void run() throws DemoException, StoppedException, VmException, InterruptedException {
        VmSummary summary;
        try {
            summary = play();
        } catch (InterruptedException e) {
            if (stopping) throw new StoppedException();
            throw e;
        }
        view.ended(summary);
        if (!summary.load().isClean())
            throw new DemoException("not every transaction and connection came through");
    }

    private VmSummary play() throws DemoException, VmException, InterruptedException {
        try (var temporary = TemporaryMachines.create(this::prepare)) {
            OrphanReaper.watchMachines(temporary.root());
            Path image =
                    OwnImage.build(
                            temporary.folders(), temporary.machines().locks(), this::prepare);
            prepare("booting a VM of " + script.least().text());
            try (var vm = DemoVm.boot(temporary, image, script)) {
                story.tell(vm.booted());
                return play(vm, temporary.machines());
            }
        }
    }

    /// What is done by the agent's threads, the agent tells.
    private void prepare(String what) {
        if (Thread.currentThread() == thread) story.tell(new Preparing(what));
    }

    private VmSummary play(DemoVm vm, Machines machines)
            throws DemoException, InterruptedException {
        var rules = new VmRules(script.unit(), Optional.empty(), Optional.empty(), script.rules());
        try (var driver = new VmDriver(machines);
                var permits = new HostBudget(budget());
                var fleet =
                        new Fleet(driver, permits, _ -> rules, Pace.DEFAULT, Quiet.QUIET, log());
                var watch = new VmWatch(fleet, vm.pages(), script.least())) {
            fleet.start();
            return story.play(watch, new VmLoad(vm, script));
        }
    }

    /// Enough for the largest size.
    private BudgetRules budget() {
        return new BudgetRules(
                script.most(), Resources.ZERO, script.unit().times(1), BudgetRules.WISH_COUNTS);
    }

    /// All that a person is to know is in what the agent shows.
    private static Log log() {
        return Log.to(
                OutputStream.nullOutputStream(), LogFormat.TEXT, Level.ERROR, Clock.systemUTC());
    }
}

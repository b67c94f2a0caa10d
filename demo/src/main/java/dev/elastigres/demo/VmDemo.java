package dev.elastigres.demo;

import dev.elastigres.agent.FleetPage;
import dev.elastigres.agent.permits.HostBudget;
import dev.elastigres.agent.worker.PollingConfig;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.demo.VmDemoEvent.PageServed;
import dev.elastigres.demo.VmDemoEvent.Preparing;
import dev.elastigres.platform.vm.QemuDriver;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.vm.TemporaryMachines;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.image.LocalGuestImage;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/// The demo in a VM, from start to end: a real VM in a folder of its own, and the real agent in
/// this process, which manages only that VM.
final class VmDemo {
    private final VmDemoScript script;
    private final DemoView view;
    private final boolean openPage;
    private final VmDemoScenario scenario;
    private final Thread thread = Thread.currentThread();
    private volatile boolean stopping;

    /// Creates a demo for the calling thread, which must run it.
    ///
    /// @param openPage whether the live page is opened in the user's browser
    VmDemo(VmDemoScript script, DemoView view, boolean openPage) {
        this.openPage = openPage;
        this.script = script;
        this.view = view;
        scenario = new VmDemoScenario(script, view);
    }

    /// Makes [#run] clean up and end. Thread-safe.
    void stop() {
        stopping = true;
        thread.interrupt();
    }

    /// Runs the demo. Everything is removed when this returns or throws.
    ///
    /// @throws DemoException if something failed
    /// @throws StoppedException if the demo was stopped before its end
    void run() throws DemoException, StoppedException, VmException, InterruptedException {
        VmDemoSummary summary;
        try {
            summary = play();
        } catch (InterruptedException e) {
            if (stopping) throw new StoppedException();
            throw e;
        }
        view.ended(summary);
        if (!summary.load().isClean())
            throw new DemoException("some transactions or connections failed");
    }

    private VmDemoSummary play() throws DemoException, VmException, InterruptedException {
        try (var temporary = TemporaryMachines.create(this::prepare)) {
            OrphanReaper.watchMachines(temporary.root());
            Path image =
                    LocalGuestImage.build(
                            temporary.folders(), temporary.machines().locks(), this::prepare);
            prepare("booting a VM of " + script.min().text());
            try (var vm = DemoVm.boot(temporary, image, script)) {
                scenario.report(vm.booted());
                return play(vm, temporary.machines());
            }
        }
    }

    /// Shows the progress of this thread only: the agent reports the work of its own threads.
    private void prepare(String what) {
        if (Thread.currentThread() == thread) scenario.report(new Preparing(what));
    }

    private VmDemoSummary play(DemoVm vm, VmManager machines)
            throws DemoException, InterruptedException {
        var rules = new VmRules(script.unit(), Optional.empty(), Optional.empty(), script.rules());
        try (var driver = new QemuDriver(machines);
                var permits = new HostBudget(budget());
                var page = page(driver, permits);
                var fleet =
                        new VmFleet(
                                driver, permits, _ -> rules, PollingConfig.DEFAULT, page, log());
                var watch = new VmDemoWatcher(fleet, vm.pages(), script.min())) {
            page.show(fleet);
            scenario.report(new PageServed(page.url()));
            if (openPage) Browser.open(page.url());
            fleet.start();
            return scenario.play(watch, new VmDemoLoad(vm, script));
        }
    }

    private FleetPage page(QemuDriver driver, HostBudget permits) throws DemoException {
        try {
            return new FleetPage(driver, permits, budget());
        } catch (ListenException e) {
            throw new DemoException("cannot serve the live page", e);
        }
    }

    /// Returns a budget for one VM of the largest size.
    private BudgetRules budget() {
        return new BudgetRules(
                script.max(), Resources.ZERO, script.unit().times(1), BudgetRules.WISH_COUNTS);
    }

    /// Returns a log without output: the agent's status has everything that the demo shows.
    private static Log log() {
        return Log.to(
                OutputStream.nullOutputStream(), LogFormat.TEXT, LogLevel.ERROR, Clock.systemUTC());
    }
}

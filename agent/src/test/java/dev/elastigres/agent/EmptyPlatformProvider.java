package dev.elastigres.agent;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.Found;
import dev.elastigres.agent.driver.Looked;
import dev.elastigres.agent.platform.Plain;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import java.time.Duration;
import java.util.List;

/// The default platform of these tests: a host without any VMs.
public final class EmptyPlatformProvider implements Platform.Provider {
    @Override
    public String name() {
        return "empty";
    }

    @Override
    public String subject() {
        return "nothing";
    }

    @Override
    public boolean isDefault() {
        return true;
    }

    @Override
    public boolean acceptsScheduler() {
        return true;
    }

    @Override
    public SettingTable addTo(SettingTable table, Platform.Choice choice, Resources host) {
        return table;
    }

    @Override
    public Platform open(Settings settings, Platform.Start start) {
        return new Plain(new EmptyDriver());
    }

    private static final class EmptyDriver implements Driver {
        @Override
        public String name() {
            return "empty";
        }

        @Override
        public List<Found> find() {
            return List.of();
        }

        @Override
        public Looked look(Found vm, Duration within) throws DriverException {
            throw new DriverException.Gone(vm.name() + " is not here");
        }

        @Override
        public Outcome resize(Found vm, Resources from, Resources to, Duration within) {
            return new Outcome.Failed("there are no VMs");
        }

        @Override
        public void close() {}
    }
}

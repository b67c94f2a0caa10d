package dev.elastigres.agent;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.ObservedSize;
import dev.elastigres.agent.platform.DriverPlatform;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The default platform of these tests: a host without any VMs.
public final class EmptyPlatformProvider implements Platform.PlatformProvider {
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
    public SettingTable addTo(SettingTable table, Platform.DriverChoice choice, Resources host) {
        return table;
    }

    @Override
    public Platform open(Settings settings, Platform.PlatformContext start) {
        return new DriverPlatform(new EmptyDriver());
    }

    private static final class EmptyDriver implements Driver {
        @Override
        public String name() {
            return "empty";
        }

        @Override
        public List<DiscoveredVm> find() {
            return List.of();
        }

        @Override
        public Optional<Set<String>> names() {
            return Optional.of(Set.of());
        }

        @Override
        public ObservedSize look(DiscoveredVm vm, Duration within) throws DriverException {
            throw new DriverException.Gone(vm.name() + " is not here");
        }

        @Override
        public ResizeOutcome resize(
                DiscoveredVm vm, Resources from, Resources to, Duration within) {
            return new ResizeOutcome.Failed("there are no VMs");
        }

        @Override
        public void close() {}
    }
}

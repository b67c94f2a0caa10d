package dev.elastigres.agent;

import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// The platforms of this program, and the setting `--driver`, which chooses one of them.
final class Platforms {
    private final List<Platform.PlatformProvider> providers;
    private final Setting<String> driver;

    /// @param providers at least one; at most one of them is the default
    Platforms(Collection<Platform.PlatformProvider> providers) {
        this.providers =
                providers.stream()
                        .sorted(Comparator.comparing(Platform.PlatformProvider::name))
                        .toList();
        var subjects =
                this.providers.stream()
                        .map(it -> it.name() + ": " + it.subject())
                        .collect(Collectors.joining("; "));
        var setting =
                Setting.of(
                                "driver",
                                SettingType.oneOf(
                                        this.providers.stream()
                                                .map(Platform.PlatformProvider::name)
                                                .toList()),
                                "What to resize (" + subjects + ")")
                        .advice(
                                "An agent resizes one kind only; for two kinds on one host,"
                                        + " run two agents with different addr and share the host"
                                        + " with budget-cpus and budget-memory. The driver pods has"
                                        + " its own scheduler, so it cannot be combined with"
                                        + " scheduler.");
        driver =
                this.providers.stream()
                        .filter(Platform.PlatformProvider::isDefault)
                        .map(Platform.PlatformProvider::name)
                        .reduce(
                                (one, other) -> {
                                    throw new IllegalStateException(
                                            "two default platforms: %s and %s"
                                                    .formatted(one, other));
                                })
                        .map(setting::or)
                        .orElse(setting);
    }

    /// Finds the providers on the module path or class path.
    static Platforms find() {
        return new Platforms(
                ServiceLoader.load(
                                Platform.PlatformProvider.class, Platforms.class.getClassLoader())
                        .stream()
                        .map(ServiceLoader.Provider::get)
                        .toList());
    }

    Setting<String> driver() {
        return driver;
    }

    /// Returns all platform settings that a section `[vm.NAME]` may have, besides the agent's own.
    List<Setting<?>> settingsOfVm() {
        return providers.stream().flatMap(it -> it.settingsOfVm().stream()).toList();
    }

    /// Returns `table` with the settings of every platform.
    SettingTable addTo(SettingTable table, Resources host) {
        SettingTable all = table.rule(this::checkChosen, driver);
        for (Platform.PlatformProvider each : providers)
            all =
                    each.addTo(
                            all, new Platform.DriverChoice(driver, it -> isChosen(each, it)), host);
        return all;
    }

    private void checkChosen(Settings settings) {
        if (settings.find(driver).isEmpty())
            throw new IllegalArgumentException(
                    "choose what to resize: --driver "
                            + providers.stream()
                                    .map(Platform.PlatformProvider::name)
                                    .collect(Collectors.joining("|")));
    }

    private boolean isChosen(Platform.PlatformProvider provider, Settings settings) {
        return settings.find(driver).filter(provider.name()::equals).isPresent();
    }

    /// Returns the chosen platform's provider.
    ///
    /// @param settings settings read with the table of these platforms
    Platform.PlatformProvider chosen(Settings settings) {
        return findChosen(settings)
                .orElseThrow(() -> new IllegalStateException("no platform was chosen"));
    }

    /// Returns the chosen platform's provider; empty if `--driver` is missing.
    Optional<Platform.PlatformProvider> findChosen(Settings settings) {
        return providers.stream().filter(it -> isChosen(it, settings)).findFirst();
    }
}

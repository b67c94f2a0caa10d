package dev.elastigres.page;

import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import java.util.List;
import java.util.Optional;

/// A machine in the overview: a VM, a cgroup or a pod. Unknown values are empty.
///
/// @param name unique on the page
/// @param state stable code of the state, as in `/status`
/// @param why the size and the state in one sentence
/// @param size its size
/// @param wanted the size that it should have
/// @param min its smallest possible size
/// @param max its largest possible size
/// @param permit the size that it is permitted
/// @param demand CPUs and memory that are in use or waited for
/// @param goal the size that its demand calls for, before limits
/// @param monitor whether its monitor is connected
/// @param problems what could not be reached, one clause each
public record MachineRow(
        String name,
        String state,
        Attention attention,
        String why,
        Optional<Resources> size,
        Optional<Resources> wanted,
        Optional<Resources> min,
        Optional<Resources> max,
        Optional<Resources> permit,
        Optional<Resources> demand,
        Optional<Resources> goal,
        Optional<Boolean> monitor,
        List<String> problems) {
    public MachineRow {
        problems = List.copyOf(problems);
    }

    Json.Obj json() {
        return Json.object()
                .with("name", name)
                .with("state", state)
                .with("attention", attention.code())
                .with("why", why)
                .with("size", PageJson.size(size))
                .with("wanted", PageJson.size(wanted))
                .with("min", PageJson.size(min))
                .with("max", PageJson.size(max))
                .with("permit", PageJson.size(permit))
                .with("demand", PageJson.size(demand))
                .with("goal", PageJson.size(goal))
                .with("monitor", PageJson.orNull(monitor.map(Json.Bool::new)))
                .with("problems", PageJson.texts(problems));
    }
}

package dev.elastigres.page;

import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import java.util.List;
import java.util.Optional;

/// Values that occur in several messages to the page, as JSON. An unknown value is null.
final class PageJson {
    private PageJson() {}

    static Json size(Optional<Resources> size) {
        return orNull(size.map(PageJson::size));
    }

    static Json.Obj size(Resources size) {
        return Json.object()
                .with("cpus", number(size.vcpus()))
                .with("memory_bytes", size.memory().value());
    }

    static Json number(double value) {
        return new Json.Num(Double.toString(value));
    }

    static Json texts(List<String> texts) {
        return new Json.Arr(texts.stream().<Json>map(Json.Str::new).toList());
    }

    static Json orNull(Optional<? extends Json> value) {
        return value.<Json>map(it -> it).orElseGet(Json.Null::new);
    }
}

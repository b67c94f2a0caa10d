package dev.elastigres.vm.qmp;

import dev.elastigres.protocol.json.Json;

/// Something that QEMU tells without being asked: `SHUTDOWN`, `STOP`, `MEMORY_DEVICE_SIZE_CHANGE`.
public record QmpEvent(String name, Json.Obj data) {}

package dev.elastigres.vm.qmp;

import dev.elastigres.protocol.json.Json;

/// An asynchronous event from QEMU: `SHUTDOWN`, `STOP`, `MEMORY_DEVICE_SIZE_CHANGE`.
public record QmpEvent(String name, Json.Obj data) {}

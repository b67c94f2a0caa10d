package dev.elastigres.daemon.settings;

/// A value as a source has it, not looked at yet.
record RawValue(String text, SettingOrigin origin) {}

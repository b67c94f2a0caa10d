package dev.elastigres.daemon.settings;

/// A value as given by its source, not parsed yet.
record RawValue(String text, SettingOrigin origin) {}

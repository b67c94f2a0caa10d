package dev.elastigres.daemon.guard;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Records the events of access checks.
final class RecordingGuardListener implements GuardListener {
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void renewed(String what) {
        lines.add(what + " renewed");
    }

    @Override
    public void kept(String what, CredentialException why) {
        lines.add(what + " kept: " + why.getMessage());
    }

    @Override
    public void refused(String peer, String why) {
        lines.add("refused: " + why);
    }
}

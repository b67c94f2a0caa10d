package dev.elastigres.inspect.doctor;

import java.util.Locale;

/// The result of one check of this host.
///
/// @param topic what needs the checked property
/// @param name short name of the checked property
/// @param finding what was found, as one clause
/// @param remedy what to do about it, as one clause; empty if there is nothing to do
record DoctorCheck(
        CheckTopic topic, String name, CheckResult result, String finding, String remedy) {

    /// The uses of a host.
    enum CheckTopic {
        HOST("Host"),
        VM("Virtual machines: elastigres vm, elastigres agent --driver vm"),
        CGROUP("Postgres without VM: elastigres agent --driver cgroup"),
        PORTS("Ports on 127.0.0.1"),
        POSTGRES("Postgres on this host");

        private final String title;

        CheckTopic(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Results, from the best to the worst.
    enum CheckResult {
        OK,
        /// It works with a restriction.
        WARNING,
        /// What the topic names does not work.
        FAILED;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static DoctorCheck ok(CheckTopic topic, String name, String finding) {
        return new DoctorCheck(topic, name, CheckResult.OK, finding, "");
    }

    static DoctorCheck warning(CheckTopic topic, String name, String finding, String remedy) {
        return new DoctorCheck(topic, name, CheckResult.WARNING, finding, remedy);
    }

    static DoctorCheck failed(CheckTopic topic, String name, String finding, String remedy) {
        return new DoctorCheck(topic, name, CheckResult.FAILED, finding, remedy);
    }
}

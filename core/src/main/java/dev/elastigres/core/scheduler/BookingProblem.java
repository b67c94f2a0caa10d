package dev.elastigres.core.scheduler;

/// An object of the cluster that cannot be booked as it is. Nothing else is affected by it.
///
/// @param object kind and name: `node a`, `pod shop/db-0`
/// @param reason what is wrong and what the ledger does instead, one clause
public record BookingProblem(String object, String reason) {

    /// Returns the object and the reason.
    public String text() {
        return object + ": " + reason;
    }
}

package dev.elastigres.scheduler;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.core.scheduler.LedgerAnswer;
import dev.elastigres.core.scheduler.LedgerAnswer.RejectionReason;
import dev.elastigres.core.scheduler.LedgerRequest;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.protocol.scheduler.SchedulerCodec;
import dev.elastigres.protocol.scheduler.SchedulerFormatException;
import dev.elastigres.protocol.scheduler.SchedulerRequest;
import dev.elastigres.protocol.scheduler.SchedulerResponse;
import dev.elastigres.scheduler.LedgerOwner.BookedAnswer;
import java.util.Optional;

/// Answers the requests of agents. A denial and a shrink are answered from the ledger; growth is
/// stored before it is answered.
final class PermitHandler implements Handler {
    private final LedgerOwner owner;
    private final PermitWriter writer;
    private final PermitCounters counters;
    private final Log log;

    PermitHandler(LedgerOwner owner, PermitWriter writer, PermitCounters counters, Log log) {
        this.owner = owner;
        this.writer = writer;
        this.counters = counters;
        this.log = log;
    }

    @Override
    public Reply answer(Request request) {
        Response response = respond(request);
        counters.answered(response.status());
        return response;
    }

    private Response respond(Request request) {
        if (!request.method().equals("POST")) return Response.text(400, "only POST is served");
        try {
            String body = new String(request.body().getBytes(ISO_8859_1), UTF_8);
            return permit(SchedulerCodec.decodeRequest(body));
        } catch (SchedulerFormatException e) {
            return Response.text(400, "invalid request: " + e.getMessage());
        } catch (PermitStoreException e) {
            log.warn("cannot store a permit", "error", e);
            return Response.text(500, "the permit cannot be stored: " + e.getMessage());
        } catch (LedgerBusyException e) {
            log.warn("cannot answer a request for a permit", "error", e);
            return Response.text(503, "the scheduler is busy: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Response.text(503, "the scheduler is shutting down");
        }
    }

    private Response permit(SchedulerRequest request)
            throws PermitStoreException, LedgerBusyException, InterruptedException {
        BookedAnswer booked =
                owner.ask(
                        new LedgerRequest(
                                request.namespace(),
                                request.pod(),
                                request.unit(),
                                request.wanted(),
                                request.lastPermit(),
                                request.urgent()));
        return switch (booked.answer()) {
            case LedgerAnswer.Granted(Resources permit) -> {
                counters.granted();
                yield stored(request, booked, permit, false);
            }
            case LedgerAnswer.Denied(Resources permit, boolean grows, boolean moving, String _) -> {
                counters.denied(grows);
                yield stored(request, booked, permit, moving);
            }
            case LedgerAnswer.Rejected(RejectionReason reason) -> rejected(request, reason);
        };
    }

    /// Returns the response with `permit`, once that much is stored.
    private Response stored(
            SchedulerRequest request, BookedAnswer booked, Resources permit, boolean moving)
            throws PermitStoreException, LedgerBusyException, InterruptedException {
        var pod = booked.pod().orElseThrow();
        if (booked.stored().covers(permit)) {
            if (!booked.booked().equals(booked.stored())) writer.writeLater(pod);
            return response(permit, moving);
        }
        Optional<Resources> stored = writer.write(pod);
        if (stored.isEmpty()) return rejected(request, RejectionReason.UNKNOWN_POD);
        return response(permit.min(stored.get()), moving);
    }

    private static Response response(Resources permit, boolean moving) {
        return Response.json(200, SchedulerCodec.encode(new SchedulerResponse(permit, moving)));
    }

    private static Response rejected(SchedulerRequest request, RejectionReason reason) {
        String pod = request.namespace() + "/" + request.pod();
        return switch (reason) {
            case NOT_READY ->
                    Response.text(503, "the scheduler has not read the cluster's objects yet");
            case UNKNOWN_POD -> Response.text(404, "no running pod " + pod + " is on a node");
            case NO_VM -> Response.text(400, "pod " + pod + " is not the pod of a VM");
            case TOO_LARGE -> Response.text(400, "the requested size is larger than any node");
        };
    }
}

package dev.elastigres.node;

import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.ParseResult;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Reads the status pages of a running agent at the address of a command-line option, and requests
/// actions of operators.
public final class AgentClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /// Maximum page size in bytes, far more than ten thousand VMs need.
    private static final int LARGEST_PAGE = 128 << 20;

    /// Maximum length of the answer to an action in bytes.
    private static final int MAX_ANSWER = 64 << 10;

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            description = "Address of the agent's pages (default: 127.0.0.1:10400).")
    private String address = "127.0.0.1:10400";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    AgentClient() {}

    /// Returns the address of the option.
    public String address() {
        return address;
    }

    /// Returns the status of the agent and all its VMs.
    public Json.Obj status() throws AgentQueryException, InterruptedException {
        return fetch("/status")
                .orElseThrow(() -> new AgentQueryException("no agent is at " + address));
    }

    /// Returns the status of one VM.
    Json.Obj status(String vm) throws AgentQueryException, InterruptedException {
        return fetch("/status/" + vm)
                .orElseThrow(
                        () ->
                                new AgentQueryException(
                                        "the agent knows no VM "
                                                + vm
                                                + "; `elastigres agent status` lists those that it has"));
    }

    /// Returns the last day of one VM.
    Json.Obj history(String vm) throws AgentQueryException, InterruptedException {
        return fetch("/history/" + vm)
                .orElseThrow(() -> new AgentQueryException("the agent keeps no history of " + vm));
    }

    /// Requests an action. Returns the agent's answer.
    ///
    /// @throws AgentQueryException if the agent refuses the action, with its reason
    Json.Obj act(Json.Obj request, String token) throws AgentQueryException, InterruptedException {
        HostPort where = where();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            var answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            new URI(
                                                    "http",
                                                    where.toString(),
                                                    "/actions",
                                                    null,
                                                    null))
                                    .timeout(TIMEOUT)
                                    .header("Authorization", "Bearer " + token)
                                    .PUT(BodyPublishers.ofString(request.compact()))
                                    .build(),
                            BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                String text = new String(body.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
                if (answer.statusCode() != OK)
                    throw new AgentQueryException(
                            "the agent refuses: " + text.replaceAll("\\p{Cntrl}", " ").strip());
                if (Json.parse(text) instanceof Json.Obj done) return done;
                throw new AgentQueryException("the answer of " + where + " is not an agent's");
            }
        } catch (ConnectException _) {
            throw new AgentQueryException("no agent answers at " + where);
        } catch (IOException e) {
            throw new AgentQueryException("no answer of the agent at " + where, e);
        } catch (JsonException | URISyntaxException e) {
            throw new AgentQueryException("the answer of " + where + " is not an agent's", e);
        }
    }

    private Optional<Json.Obj> fetch(String path) throws AgentQueryException, InterruptedException {
        HostPort where = where();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            URI page = new URI("http", where.toString(), path, null, null);
            var answer =
                    client.send(
                            HttpRequest.newBuilder(page).timeout(TIMEOUT).build(),
                            BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() == NOT_FOUND) return Optional.empty();
                if (answer.statusCode() != OK)
                    throw new AgentQueryException(page + " answers with " + answer.statusCode());
                String text = new String(body.readNBytes(LARGEST_PAGE), StandardCharsets.UTF_8);
                if (Json.parse(text) instanceof Json.Obj status) return Optional.of(status);
                throw new AgentQueryException(page + " is not the status page of an agent");
            }
        } catch (ConnectException _) {
            throw new AgentQueryException("no agent answers at " + where);
        } catch (IOException e) {
            throw new AgentQueryException("cannot read the agent's status at " + where, e);
        } catch (JsonException | URISyntaxException e) {
            throw new AgentQueryException(
                    "http://" + where + path + " is not the status page of an agent", e);
        }
    }

    private HostPort where() {
        return switch (SettingType.hostPort().parser().apply(address)) {
            case ParseResult.Valid<HostPort>(HostPort where) -> where;
            case ParseResult.Invalid<HostPort>(String why) ->
                    throw new ParameterException(
                            command.commandLine(), "--address: \"" + address + "\" " + why);
        };
    }
}

package dev.elastigres.testbed.kubernetes;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.testbed.CertificateAuthority;
import dev.elastigres.testbed.CertificateAuthority.CertificateSubject;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlaneArguments.ControlPlaneKind;
import dev.elastigres.testbed.process.FreePorts;
import dev.elastigres.testbed.process.OrphanReaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A real Kubernetes control plane for a while, in a temporary folder that [#close()] removes. Its
/// programs end when this process dies, where the kernel can be asked for it. It listens on the
/// loopback address alone, and RBAC is in force: what is tested should run as an account of its
/// own, by [#kubeconfig(String, String)]. Not for use by several threads at once.
public final class ControlPlane implements AutoCloseable {
    /// The address that programs in pods know the API server by.
    public static final String SERVICE_ADDRESS = "10.96.0.1";

    /// The port of the same service.
    static final int SERVICE_PORT = 443;

    /// Where a kubelet answers, on its node.
    public static final int KUBELET_PORT = 10250;

    private static final String LOOPBACK = "127.0.0.1";
    private static final String TOKEN_LIFE = "24h";
    private static final String ACCOUNT_LIMIT = "--timeout=60s";
    private static final String DEFINITIONS_LIMIT = "--timeout=60s";

    private final KubernetesBinaries binaries;
    private final Path home;
    private final ControlPlaneFiles files;
    private final ControlPlaneArguments arguments;
    private final ApiServerClient client;
    private final int port;
    private final KubernetesUser admin = KubernetesUser.create("testbed-admin", "system:masters");
    private final KubernetesUser scheduler = KubernetesUser.create("system:kube-scheduler");
    private final KubernetesUser controllers =
            KubernetesUser.create("system:kube-controller-manager");
    private final Path adminKubeconfig;
    private final ControlPlaneComponent etcd;
    private final ControlPlaneComponent apiServer;

    /// Those that were started on demand, in this order.
    private final Map<ClusterProgram, ControlPlaneComponent> others =
            new EnumMap<>(ClusterProgram.class);

    private final NodeConnections nodes;

    private ControlPlane(KubernetesBinaries binaries, Path home, ControlPlaneKind kind)
            throws IOException, GeneralSecurityException, TestbedException {
        this.binaries = binaries;
        this.home = home;
        port = FreePorts.forRestarts();
        files = new ControlPlaneFiles(home, CertificateAuthority.create("testbed"), port);
        files.writeCertificates();
        files.write("tokens", admin.line() + scheduler.line() + controllers.line());
        arguments = new ControlPlaneArguments(files);
        arguments.writeConfigs();
        nodes = new NodeConnections(arguments.proxySocket(), port);
        client =
                new ApiServerClient(
                        server(),
                        files.authority().clientContext(null).getSocketFactory(),
                        admin.token());
        adminKubeconfig =
                files.write(
                        "admin.kubeconfig",
                        files.kubeconfig(ApiServerAccess.HOST).with(admin.token(), "default"));
        int etcdPort = FreePorts.forRestarts();
        etcd =
                component(
                        ClusterProgram.ETCD,
                        arguments.etcd(etcdPort, FreePorts.forRestarts()),
                        "http://127.0.0.1:%d/readyz".formatted(etcdPort));
        apiServer =
                component(
                        ClusterProgram.API_SERVER,
                        arguments.apiServer(port, etcdPort, kind),
                        server() + "/readyz");
    }

    /// Starts etcd and the API server alone. Pods need no service accounts.
    public static ControlPlane start(KubernetesBinaries binaries) throws TestbedException {
        return start(binaries, ControlPlaneKind.BARE);
    }

    /// Starts the same with an audit log. Each request of a service account adds a line of JSON to
    /// [#auditLog()] (an `audit.k8s.io/v1` Event) once it is answered; a watch also when it begins.
    public static ControlPlane startAudited(KubernetesBinaries binaries) throws TestbedException {
        return start(binaries, ControlPlaneKind.AUDITED);
    }

    /// Starts all components: also the scheduler, the controllers, service accounts for pods, and a
    /// proxy to the nodes that [NodeConnections#reach] names.
    public static ControlPlane startWhole(KubernetesBinaries binaries) throws TestbedException {
        ControlPlane plane = start(binaries, ControlPlaneKind.WHOLE);
        try {
            plane.nodes.open();
            plane.startScheduler();
            plane.startControllers();
            plane.awaitAccount("default");
            return plane;
        } catch (TestbedException e) {
            throw plane.closed(e);
        }
    }

    private static ControlPlane start(KubernetesBinaries binaries, ControlPlaneKind kind)
            throws TestbedException {
        ControlPlane plane = prepare(binaries, kind);
        try {
            // At once: the API server waits for its store by itself.
            plane.etcd.launch();
            plane.apiServer.launch();
            plane.etcd.awaitReady();
            plane.apiServer.awaitReady();
            return plane;
        } catch (TestbedException e) {
            throw plane.closed(e);
        }
    }

    private static ControlPlane prepare(KubernetesBinaries binaries, ControlPlaneKind kind)
            throws TestbedException {
        try {
            Path home = Files.createTempDirectory("elastigres-kubernetes-");
            OrphanReaper.watch(home);
            try {
                return new ControlPlane(binaries, home, kind);
            } catch (IOException | GeneralSecurityException | TestbedException e) {
                FileTrees.delete(home);
                throw e;
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new TestbedException("cannot prepare a control plane", e);
        }
    }

    private TestbedException closed(TestbedException why) {
        try {
            close();
        } catch (TestbedException closing) {
            why.addSuppressed(closing);
        }
        return why;
    }

    /// Places pods on nodes from now on.
    public void startScheduler() throws TestbedException {
        startOther(
                ClusterProgram.SCHEDULER,
                List.of("--leader-elect=false", "--kubeconfig=" + ofUser("scheduler", scheduler)));
    }

    /// Runs the controllers from now on: of service accounts, of DaemonSets, of nodes that are
    /// gone.
    public void startControllers() throws TestbedException {
        startOther(
                ClusterProgram.CONTROLLER_MANAGER,
                List.of(
                        "--leader-elect=false",
                        "--kubeconfig=" + ofUser("controllers", controllers),
                        "--use-service-account-credentials=true",
                        "--service-account-private-key-file=" + files.file("accounts.key"),
                        "--root-ca-file=" + files.file("authority.pem")));
    }

    /// Plays the nodes that have the annotation `kwok.x-k8s.io/node: fake`, and their pods.
    void startKwok() throws TestbedException {
        try {
            int answers = FreePorts.forRestarts();
            ControlPlaneComponent kwok =
                    component(
                            ClusterProgram.KWOK,
                            arguments.kwok(adminKubeconfig, answers),
                            "http://%s:%d/healthz".formatted(LOOPBACK, answers));
            others.put(ClusterProgram.KWOK, kwok);
            kwok.start();
        } catch (IOException e) {
            throw new TestbedException("cannot prepare kwok", e);
        }
    }

    private void startOther(ClusterProgram program, List<String> own) throws TestbedException {
        try {
            int answers = FreePorts.forRestarts();
            var all = new ArrayList<>(own);
            all.addAll(arguments.serving(answers));
            ControlPlaneComponent component =
                    component(program, all, "https://%s:%d/healthz".formatted(LOOPBACK, answers));
            others.put(program, component);
            component.start();
        } catch (IOException e) {
            throw new TestbedException("cannot prepare " + program.file(), e);
        }
    }

    /// Returns the API server's address on this machine.
    public String server() {
        return files.server(ApiServerAccess.HOST);
    }

    /// Returns the API server's port on the loopback address.
    public int port() {
        return port;
    }

    /// Returns the certificate of the API server's authority, in PEM form.
    public String authorityPem() {
        return files.authority().certificatePem();
    }

    /// Returns the kubeconfig of an account with all rights.
    public Path adminKubeconfig() {
        return adminKubeconfig;
    }

    public Kubectl kubectl() {
        return kubectl(adminKubeconfig);
    }

    public Kubectl kubectl(Path kubeconfig) {
        return new Kubectl(
                binaries.of(ClusterProgram.KUBECTL), kubeconfig, home.resolve("kubectl-cache"));
    }

    /// Writes a kubeconfig with a new token of an existing service account.
    public Path kubeconfig(String namespace, String account) throws TestbedException {
        return files.write(
                "%s-%s-%d.kubeconfig".formatted(namespace, account, System.nanoTime()),
                kubeconfig(namespace, account, ApiServerAccess.HOST));
    }

    /// Returns the text of such a kubeconfig for clients in another network. It contains a secret.
    public String kubeconfig(String namespace, String account, ApiServerAccess from)
            throws TestbedException {
        return files.kubeconfig(from).with(token(namespace, account), namespace);
    }

    /// Returns a new token of a service account, valid for a day.
    public String token(String namespace, String account) throws TestbedException {
        return kubectl()
                .run(
                        "create",
                        "token",
                        account,
                        "--namespace=" + namespace,
                        "--duration=" + TOKEN_LIFE)
                .strip();
    }

    /// The text of the file for the kubelet of a node. It has a secret in it.
    public String nodeKubeconfig(String node, ApiServerAccess from) throws TestbedException {
        try {
            var subject =
                    new CertificateSubject("system:node:" + node, "system:nodes", List.of(node));
            return files.kubeconfig(from).with(files.authority().issue(subject));
        } catch (GeneralSecurityException e) {
            throw new TestbedException("cannot certify the node " + node, e);
        }
    }

    /// Returns the connections between the API server and nodes.
    public NodeConnections nodes() {
        return nodes;
    }

    /// Waits until the controllers have made a namespace's account for pods without one of their
    /// own.
    public void awaitAccount(String namespace) throws TestbedException {
        kubectl()
                .run(
                        "wait",
                        "--for=create",
                        "serviceaccount/default",
                        "--namespace=" + namespace,
                        ACCOUNT_LIMIT);
    }

    /// Waits until all kinds of objects that were defined can be used.
    public void awaitDefinitions() throws TestbedException {
        kubectl()
                .run(
                        "wait",
                        "--for=condition=Established",
                        "customresourcedefinitions",
                        "--all",
                        DEFINITIONS_LIMIT);
    }

    /// Ends the API server at once, as a power cut would. What it has stored stays.
    public void killApiServer() throws TestbedException {
        apiServer.kill();
    }

    /// Starts it again on the same port, and waits until it is ready.
    public void startApiServer() throws TestbedException {
        apiServer.start();
    }

    /// Stops it where it is: it takes connections and answers nothing.
    public void freezeApiServer() throws TestbedException {
        apiServer.freeze();
    }

    /// Undoes [#freezeApiServer()].
    public void thawApiServer() throws TestbedException {
        apiServer.thaw();
    }

    /// The process of a program that runs.
    public long pid(ClusterProgram program) {
        return find(program).pid();
    }

    /// Where a program that was started logs; gone after [#close()].
    public Path log(ClusterProgram program) {
        return find(program).log();
    }

    /// What accounts asked for, where it is written down; gone after [#close()].
    public Path auditLog() {
        return files.file("audit.log");
    }

    private ControlPlaneComponent find(ClusterProgram program) {
        ControlPlaneComponent found =
                switch (program) {
                    case ETCD -> etcd;
                    case API_SERVER -> apiServer;
                    case SCHEDULER, CONTROLLER_MANAGER, KUBECTL, KUBELET, KWOK ->
                            others.get(program);
                };
        if (found == null) throw new IllegalStateException(program.file() + " was not started");
        return found;
    }

    /// Whether all that was started runs.
    /// @throws TestbedException when one has ended, with its last words
    public void check() throws TestbedException {
        etcd.check();
        apiServer.check();
        for (ControlPlaneComponent other : others.values()) other.check();
    }

    /// Ends all of it and removes the folder. Can be called again.
    @Override
    public void close() throws TestbedException {
        // What is left of an interrupt would keep it from being ended.
        boolean interrupted = Thread.interrupted();
        try {
            nodes.close();
            for (ControlPlaneComponent other : others.values()) other.kill();
            apiServer.kill();
            etcd.kill();
            FileTrees.delete(home);
        } catch (IOException e) {
            throw new TestbedException("cannot remove " + home, e);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /// Creates the object `json` at `path`, as the administrator. Thread-safe.
    void post(String path, String json) throws TestbedException {
        client.post(path, json);
    }

    private ControlPlaneComponent component(
            ClusterProgram program, List<String> own, String address) {
        return new ControlPlaneComponent(
                binaries.of(program), own, home, () -> client.isReady(address));
    }

    private Path ofUser(String name, KubernetesUser user) throws TestbedException {
        return files.write(
                name + ".kubeconfig",
                files.kubeconfig(ApiServerAccess.HOST).with(user.token(), "default"));
    }
}

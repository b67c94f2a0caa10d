package dev.elastigres.distribution;

import dev.elastigres.protocol.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The software bill of materials of a package, in CycloneDX 1.6. It lists every jar with its
/// checksum, the libraries that are shaded into jars, and the Java runtime with its modules. It
/// contains no times and no random ids, so equal inputs give equal output.
final class Sbom {
    private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[^/]*)\\.jar");

    /// The license files by which a jar names the libraries that are shaded into it.
    private static final Pattern INSIDE =
            Pattern.compile("META-INF/licenses/([\\w.]+)/([\\w-]+?)-(\\d[\\w.]*)/.*");

    private static final String APACHE = "Apache-2.0";
    private static final String BSD = "BSD-2-Clause";
    private static final String GPL = "GPL-2.0-only WITH Classpath-exception-2.0";

    /// Group and license of a library, which its jar does not declare reliably.
    record LibraryOrigin(String group, String license) {}

    /// Origins by the start of a jar's name. The longest one that matches applies.
    private static final Map<String, LibraryOrigin> ORIGINS =
            Map.ofEntries(
                    Map.entry("elastigres-", new LibraryOrigin("dev.elastigres", APACHE)),
                    Map.entry("jackson-", new LibraryOrigin("com.fasterxml.jackson.core", APACHE)),
                    Map.entry(
                            "jackson-dataformat-",
                            new LibraryOrigin("com.fasterxml.jackson.dataformat", APACHE)),
                    Map.entry(
                            "jackson-datatype-",
                            new LibraryOrigin("com.fasterxml.jackson.datatype", APACHE)),
                    Map.entry("kubernetes-", new LibraryOrigin("io.fabric8", APACHE)),
                    Map.entry("picocli-", new LibraryOrigin("info.picocli", APACHE)),
                    Map.entry("postgresql-", new LibraryOrigin("org.postgresql", BSD)),
                    Map.entry("slf4j-", new LibraryOrigin("org.slf4j", "MIT")),
                    Map.entry("snakeyaml-", new LibraryOrigin("org.yaml", APACHE)),
                    Map.entry("snakeyaml-engine-", new LibraryOrigin("org.snakeyaml", APACHE)),
                    Map.entry("tomlj-", new LibraryOrigin("org.tomlj", APACHE)),
                    Map.entry("zjsonpatch-", new LibraryOrigin("io.fabric8", APACHE)));

    private Sbom() {}

    /// @param jars of the package
    /// @param platform names of the modules of its Java runtime
    static String of(
            List<Path> jars,
            Set<String> platform,
            String product,
            String version,
            String architecture) {
        var components = new ArrayList<Json.Obj>();
        jars.stream().sorted().forEach(file -> components.addAll(jar(file)));
        components.add(runtime(platform));
        Json.Obj subject =
                component("application", product, version, APACHE)
                        .with("bom-ref", product)
                        .with(
                                "purl",
                                "pkg:generic/%s@%s?arch=%s"
                                        .formatted(product, version, architecture));
        var needs =
                components.stream()
                        .map(it -> (Json) new Json.Str(it.text("bom-ref").orElseThrow()))
                        .toList();
        return new Json.Obj(Map.of())
                        .with("bomFormat", "CycloneDX")
                        .with("specVersion", "1.6")
                        .with("version", 1)
                        .with("metadata", new Json.Obj(Map.of("component", subject)))
                        .with("components", new Json.Arr(List.copyOf(components)))
                        .with(
                                "dependencies",
                                new Json.Arr(
                                        List.of(
                                                new Json.Obj(Map.of())
                                                        .with("ref", product)
                                                        .with("dependsOn", new Json.Arr(needs)))))
                        .pretty()
                + "\n";
    }

    /// Returns the origin of a jar; empty if it is unknown.
    ///
    /// @param name file name of the jar
    static Optional<LibraryOrigin> findOrigin(String name) {
        return ORIGINS.entrySet().stream()
                .filter(origin -> name.startsWith(origin.getKey()))
                .max(Comparator.comparing(origin -> origin.getKey().length()))
                .map(Map.Entry::getValue);
    }

    private static List<Json.Obj> jar(Path file) {
        String name = file.getFileName().toString();
        Matcher parts = JAR.matcher(name);
        if (!parts.matches()) throw new IllegalStateException("no version in the name of " + file);
        LibraryOrigin origin =
                findOrigin(name)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "no origin and license for " + name));
        var all = new ArrayList<Json.Obj>();
        all.add(
                library(origin, parts.group(1), parts.group(2))
                        .with("hashes", new Json.Arr(List.of(sha256(file)))));
        all.addAll(inside(file));
        return all;
    }

    private static Json.Obj library(LibraryOrigin origin, String name, String version) {
        String purl = "pkg:maven/%s/%s@%s".formatted(origin.group, name, version);
        return component("library", name, version, origin.license)
                .with("group", origin.group)
                .with("bom-ref", purl)
                .with("purl", purl);
    }

    private static List<Json.Obj> inside(Path file) {
        try (var jar = new JarFile(file.toFile())) {
            return jar.stream()
                    .map(entry -> INSIDE.matcher(entry.getName()))
                    .filter(Matcher::matches)
                    .map(
                            found ->
                                    library(
                                            new LibraryOrigin(found.group(1), BSD),
                                            found.group(2),
                                            found.group(3)))
                    .distinct()
                    .sorted(Comparator.comparing(it -> it.text("purl").orElseThrow()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Json.Obj runtime(Set<String> platform) {
        String version = System.getProperty("java.runtime.version");
        var modules =
                new TreeSet<>(platform)
                        .stream()
                                .map(
                                        name ->
                                                (Json)
                                                        new Json.Obj(Map.of())
                                                                .with("name", "module")
                                                                .with("value", name))
                                .toList();
        return component("platform", "openjdk", version, GPL)
                .with("publisher", System.getProperty("java.vendor"))
                .with("bom-ref", "openjdk")
                .with("purl", "pkg:generic/openjdk@" + version.replace("+", "%2B"))
                .with("properties", new Json.Arr(modules));
    }

    private static Json.Obj component(String type, String name, String version, String license) {
        var licenses = List.<Json>of(new Json.Obj(Map.of()).with("expression", license));
        var members = new LinkedHashMap<String, Json>();
        members.put("type", new Json.Str(type));
        members.put("name", new Json.Str(name));
        members.put("version", new Json.Str(version));
        members.put("licenses", new Json.Arr(licenses));
        return new Json.Obj(members);
    }

    private static Json.Obj sha256(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return new Json.Obj(Map.of())
                    .with("alg", "SHA-256")
                    .with("content", HexFormat.of().formatHex(digest));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

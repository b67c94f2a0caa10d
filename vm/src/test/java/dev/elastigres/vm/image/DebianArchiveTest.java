package dev.elastigres.vm.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianArchiveTest {
    @TempDir Path apt;

    private Optional<DebianArchive> found() throws Exception {
        return DebianArchive.ofApt(apt, PostgresRelease.POSTGRES_15);
    }

    private void write(String name, String text) throws Exception {
        Path file = apt.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void oneLineEach() throws Exception {
        write(
                "sources.list",
                """
                # deb http://old.example/debian bookworm main
                deb cdrom:[Debian GNU/Linux 12 _Bookworm_ - amd64]/ bookworm main
                deb-src http://sources.example/debian bookworm main
                deb http://mirror.example/debian/ bookworm main contrib  # near
                deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
                http://safe.example/debian-security bookworm-security main
                """);
        assertThat(found())
                .contains(
                        new DebianArchive(
                                "http://mirror.example/debian/",
                                Optional.of("http://safe.example/debian-security")));
    }

    @Test
    void paragraphs() throws Exception {
        write(
                "sources.list.d/debian.sources",
                """
                Types: deb deb-src
                # a comment inside
                URIs: mirror+file:///etc/apt/mirrors/debian.list
                Suites: bookworm
                 bookworm-updates
                Components: main
                Signed-By:
                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                 .

                types: deb
                uris: http://off.example/debian
                suites: bookworm
                components: main
                enabled: no

                Types: deb
                URIs: http://a.example/debian http://b.example/debian
                Suites: bookworm
                Components: main
                Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
                """);
        // The first source is signed with a third party's key.
        assertThat(found())
                .contains(new DebianArchive("http://a.example/debian", Optional.empty()));
    }

    @Test
    void theReleaseThatIsWantedBeforeAnother() throws Exception {
        write("sources.list", "deb http://new.example/debian trixie main\n");
        assertThat(found().orElseThrow().main()).isEqualTo("http://new.example/debian");
        write("sources.list.d/a.list", "deb http://right.example/debian bookworm main\n");
        assertThat(found().orElseThrow().main()).isEqualTo("http://right.example/debian");
    }

    @Test
    void ignoresSourcesOfOtherArchives() throws Exception {
        assertThat(found()).isEmpty();
        write(
                "sources.list",
                """
                deb http://archive.example/ubuntu noble main
                deb http://tool.example/apt bookworm main
                deb [signed-by=/etc/apt/keyrings/tool.gpg] http://tool.example/debian bookworm main
                deb http://mirror.example/debian bookworm contrib
                deb http://safe.example/debian-security bookworm-security main
                """);
        assertThat(found()).isEmpty();
    }
}

package dev.elastigres.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// The size of files and methods, in the main sources of all modules.
class FileSizesTest {
    private static final int MAX_FILE_LINES = 400;
    private static final int MAX_METHOD_LINES = 60;

    @Test
    void aFileFitsOneSubject() throws Exception {
        List<String> tooLong = new ArrayList<>();
        for (Path file : mainSources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > MAX_FILE_LINES) tooLong.add(root().relativize(file) + ": " + lines);
        }
        assertThat(tooLong).as("main files of over %d lines", MAX_FILE_LINES).isEmpty();
    }

    @Test
    void aMethodFitsOneScreen() throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var tooLong = new ArrayList<String>();
        int[] methods = {0};
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            var task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    files.getJavaFileObjectsFromPaths(mainSources()));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse())
                new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitMethod(MethodTree method, Void unused) {
                        methods[0]++;
                        long first = line(unit, positions.getStartPosition(unit, method));
                        long last = line(unit, positions.getEndPosition(unit, method));
                        if (last - first + 1 > MAX_METHOD_LINES)
                            tooLong.add(
                                    "%s:%d: %s has %d lines"
                                            .formatted(
                                                    root().relativize(
                                                                    Path.of(
                                                                            unit.getSourceFile()
                                                                                    .toUri())),
                                                    first,
                                                    method.getName(),
                                                    last - first + 1));
                        return super.visitMethod(method, null);
                    }
                }.scan(unit, null);
        }
        // A search that finds nothing would approve of everything.
        assertThat(methods[0]).isGreaterThan(3_000);
        assertThat(tooLong).as("main methods of over %d lines", MAX_METHOD_LINES).isEmpty();
    }

    private static long line(CompilationUnitTree unit, long position) {
        return unit.getLineMap().getLineNumber(position);
    }

    private static Path root() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    private static List<Path> mainSources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (var modules = Files.list(root())) {
            for (Path module : modules.sorted().toList()) {
                Path main = module.resolve("src/main/java");
                if (!Files.isDirectory(main)) continue;
                try (var files = Files.walk(main)) {
                    files.filter(it -> it.toString().endsWith(".java"))
                            .sorted()
                            .forEach(sources::add);
                }
            }
        }
        assertThat(sources.size()).isGreaterThan(500);
        return sources;
    }
}

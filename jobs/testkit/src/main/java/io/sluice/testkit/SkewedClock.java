package io.sluice.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Lets a JVM's {@link java.time.InstantSource#system} be off. Java has no option for that, nor does Linux turn the clock of one
 * process; but a JVM can be given a class of its own in the place of one of Java's.
 */
final class SkewedClock {

    private static final String PROPERTY = "sluice.testkit.clock.ahead";

    private static final String SOURCE = """
            package java.time;

            public interface InstantSource {
                static InstantSource system() {
                    return Clock.offset(Clock.systemUTC(), Duration.ofMillis(Long.getLong("%s")));
                }

                static InstantSource tick(InstantSource base, Duration tick) {
                    return Clock.tick(base.withZone(ZoneOffset.UTC), tick);
                }

                static InstantSource fixed(Instant instant) {
                    return Clock.fixed(instant, ZoneOffset.UTC);
                }

                static InstantSource offset(InstantSource base, Duration by) {
                    return Clock.offset(base.withZone(ZoneOffset.UTC), by);
                }

                Instant instant();

                default long millis() {
                    return instant().toEpochMilli();
                }

                default Clock withZone(ZoneId zone) {
                    return new Clock.SourceClock(this, zone);
                }
            }
            """.formatted(PROPERTY);

    private SkewedClock() {}

    /**
     * The options of a JVM, which must be of the same version as this one.
     *
     * @param folder where the class is put
     * @param ahead how far its clock is ahead; negative: behind
     * @throws IOException when this JVM has no compiler, or it refuses
     */
    static List<String> options(Path folder, Duration ahead) throws IOException {
        Path source =
                Files.createDirectories(folder.resolve("source/java/time")).resolve("InstantSource.java");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Files.writeString(source, SOURCE);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IOException("a skewed clock needs a compiler, and " + System.getProperty("java.home")
                    + " has none. Run it with a JDK.");
        }
        List<String> arguments = List.of(
                "--patch-module", "java.base=" + folder.resolve("source"), "-proc:none", "-d", classes.toString());
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            if (!compiler.getTask(null, files, null, arguments, null, files.getJavaFileObjects(source))
                    .call()) {
                throw new IOException("the compiler refused " + source + "; what it said is on standard error");
            }
        }
        return List.of("--patch-module=java.base=" + classes, "-D" + PROPERTY + "=" + ahead.toMillis());
    }
}

package io.sluice.control;

import io.sluice.control.console.Terminal;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Where the process begins and ends. */
public final class Main {

    private Main() {}

    /** Runs one command line and ends the process with its exit code. */
    @SuppressWarnings("noSystemExitOutsideMain")
    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        Surroundings surroundings = new Surroundings(
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                new BufferedReader(new InputStreamReader(System.in, charset())),
                Terminal.of(System.getProperty("sluice.columns", ""), environment),
                environment,
                Path.of("").toAbsolutePath(),
                InstantSource.system(),
                Path.of(System.getProperty("sluice.bundle", "sluice-bundle.jar")),
                Path.of(System.getProperty("sluice.proxy", "sluice-proxy")),
                log -> System.setProperty("sluice.log", log.toString()));
        System.exit(Sluice.run(surroundings, List.of(arguments)));
    }

    /** Unbuffered by lines: a bar is redrawn without one. */
    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, charset());
    }

    private static Charset charset() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name()));
    }
}

package io.sluice.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A JVM for {@link ParentDeathIT}: starts what it is told to, writes its pid and its folder to a file, and waits to be killed. */
final class ParentProcess {

    private ParentProcess() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path started = Path.of(args[1]);
        Path half = started.resolveSibling("half");
        Files.writeString(half, start(args[0], started.resolveSibling("child.log")));
        Files.move(half, started, StandardCopyOption.ATOMIC_MOVE);
        new CountDownLatch(1).await();
    }

    private static String start(String what, Path log) throws IOException {
        return switch (what) {
            case "server" -> {
                ServerSetup setup = ServerSetup.of(Distributions.ES_7_10_2).withHeapMegabytes(256);
                ServerProcess server = ServerProcess.start(setup);
                yield server.pid() + "\n" + server.folder();
            }
            default -> {
                Path folder = log.toAbsolutePath().getParent();
                Path scratch = Files.createDirectory(folder.resolve("scratch dir"));
                ChildProcess program =
                        ChildProcess.start(List.of("sleep", "1000"), Map.of(), folder, log, Optional.of(scratch));
                yield program.pid() + "\n" + scratch;
            }
        };
    }
}

package io.sluice.control;

import io.sluice.testkit.Distribution;
import io.sluice.testkit.Distributions;
import io.sluice.testkit.Jdks;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import io.sluice.testkit.ServerProcess;
import io.sluice.testkit.ServerSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The demo's source, target and Kafka: real servers on this machine, started side by side. */
final class DemoServers implements AutoCloseable {

    static final Distribution SOURCE = Distributions.ES_7_10_2;
    private static final int HEAP_MEGABYTES = 512;

    private final Path folder;
    private final List<ServerProcess> servers = new ArrayList<>();
    private @Nullable CompletableFuture<ServerProcess> startingTarget;
    private @Nullable CompletableFuture<KafkaProcess> startingKafka;

    /** @param folder for all that they keep */
    DemoServers(Path folder) {
        this.folder = folder;
    }

    /** The newest that a JDK of this machine can run. */
    static Distribution targetKind() {
        return Jdks.java21OrLater().isPresent() ? Distributions.OS_3_8_0 : Distributions.OS_2_19_6;
    }

    /** Returns when all answer. */
    void start() throws IOException, InterruptedException {
        startingTarget = CompletableFuture.supplyAsync(() -> start(targetKind()));
        startingKafka = CompletableFuture.supplyAsync(this::startKafka);
        servers.add(start(SOURCE));
        servers.add(started("the target", startingTarget));
        kafka();
    }

    ServerProcess source() {
        return servers.get(0);
    }

    ServerProcess target() {
        return servers.get(1);
    }

    KafkaProcess kafka() throws IOException, InterruptedException {
        return started("Kafka", Objects.requireNonNull(startingKafka));
    }

    /** Where the source may keep snapshots. */
    Path repository() {
        return folder.resolve("repository");
    }

    private static <T> T started(String what, CompletableFuture<T> starting) throws IOException, InterruptedException {
        try {
            return starting.get();
        } catch (ExecutionException e) {
            throw new IOException(what + " did not start: " + e.getMessage(), e);
        }
    }

    private KafkaProcess startKafka() {
        try {
            return KafkaProcess.start(KafkaSetup.single().withFolder(folder.resolve("kafka")));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private ServerProcess start(Distribution kind) {
        try {
            return ServerProcess.start(ServerSetup.of(kind)
                    .withHeapMegabytes(HEAP_MEGABYTES)
                    .withFolder(folder.resolve(kind.key()))
                    .withRepositories(repository()));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Ends them, those that are still starting too. */
    @Override
    public void close() throws IOException {
        if (startingKafka != null) {
            KafkaProcess kafka =
                    startingKafka.handle((started, failure) -> started).join();
            if (kafka != null) {
                kafka.kill();
                kafka.close();
            }
        }
        if (startingTarget != null && !startingTarget.isCompletedExceptionally()) {
            ServerProcess target =
                    startingTarget.handle((started, failure) -> started).join();
            if (target != null && !servers.contains(target)) {
                servers.add(target);
            }
        }
        for (ServerProcess server : servers) {
            server.kill();
            server.close();
        }
    }
}

package io.sluice.backfill;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.Path;

/**
 * Carries the documents of the failure files again, each read from the snapshot anew and under the same
 * fence. A file counts as driven again only when every document of it is settled; what fails again is in a
 * new file.
 */
public final class Redrive {

    private final BackfillSpec spec;
    private final FailureFiles files;
    private final Object wakeUp = new Object();
    private boolean woken;

    public Redrive(BackfillSpec spec) {
        this.spec = spec;
        this.files = new FailureFiles(spec.state());
    }

    /**
     * Works through all files.
     *
     * @return what became of the documents
     */
    public Account run() throws IOException, InterruptedException {
        Workplace place = Workplace.join(spec);
        Account all = Account.EMPTY;
        try (RangeCarrier carrier = new RangeCarrier(place, this::wake)) {
            Thread thread = new Thread(carrier, "backfill-redrive");
            thread.setDaemon(true);
            thread.start();
            for (Path file : files.list()) {
                all = all.plus(drive(carrier, file));
            }
        } finally {
            place.leave();
        }
        return all;
    }

    private Account drive(RangeCarrier carrier, Path file) throws IOException, InterruptedException {
        List<RangeSplit> documents = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        files.read(file, line -> {
            if (isPartOfTheJob(line)) {
                int document = line.path("document").asInt();
                documents.add(RangeSplit.unread(
                        line.path("index").asText(),
                        line.path("shard").asInt(),
                        line.path("segment").asText(),
                        document,
                        document + 1));
            } else {
                kept.add(line.toString());
            }
        });
        documents.stream().distinct().forEach(carrier::add);
        Account account = Account.EMPTY;
        long left = documents.stream().distinct().count();
        while (left > 0) {
            List<RangeEnded> ended = new ArrayList<>();
            carrier.settle(kept::add, ended::add);
            for (RangeEnded end : ended) {
                if (!end.reason().isEmpty()) {
                    throw new IOException("%s cannot be driven again: %s"
                            .formatted(end.split().splitId(), end.reason()));
                }
                account = account.plus(end.split().account());
            }
            left -= ended.size();
            if (left > 0) {
                await();
            }
        }
        files.replace(file, kept);
        return account;
    }

    private boolean isPartOfTheJob(JsonNode line) {
        String index = line.path("index").asText();
        return spec.indices().stream().anyMatch(plan -> plan.name().equals(index));
    }

    private void wake() {
        synchronized (wakeUp) {
            woken = true;
            wakeUp.notifyAll();
        }
    }

    private void await() throws InterruptedException {
        synchronized (wakeUp) {
            while (!woken) {
                wakeUp.wait();
            }
            woken = false;
        }
    }
}

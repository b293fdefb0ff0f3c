package io.sluice.capture;

import io.sluice.capture.journal.Draft;
import io.sluice.capture.journal.Journal;
import io.sluice.capture.journal.Room;
import io.sluice.capture.wire.OpenExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The half of a recorder that needs no Kafka: one partition, a small journal, nobody who reads it. */
final class JournalOnly {

    static final int RECORD = 16 << 10;

    private final Journal journal;
    private final Gate gate = new Gate();
    private final Appender appender;
    private final Spread spread = new Spread(1);
    private long connections;

    private JournalOnly(Journal journal, RecorderSettings settings) {
        this.journal = journal;
        this.appender = new Appender(journal, new Envelope(new UUID(1, 2), 3), settings, new Gate[] {gate}, () -> {});
    }

    static JournalOnly open(Path folder, Durability durability) throws IOException {
        RecorderSettings settings = RecorderSettings.of("capture", 1, Map.of("bootstrap.servers", "nowhere:1"), folder)
                .journalBytes(1 << 20)
                .recordBytes(RECORD)
                .durability(durability)
                .build();
        return new JournalOnly(Journal.open(folder, settings.journalBytes(), RECORD, InstantSource.system()), settings);
    }

    ConnectionRecorder connection(String client) {
        return new JournalConnection(appender, spread, ++connections, client);
    }

    Journal journal() {
        return journal;
    }

    Appender appender() {
        return appender;
    }

    Gate gate() {
        return gate;
    }

    List<OpenExchange> open(int partition) {
        List<OpenExchange> open = new ArrayList<>();
        journal.exclusively(() -> appender.open(partition).all().forEach(exchange -> open.add(exchange.describe())));
        return open;
    }

    /** Leaves room in the reserve only. */
    void fill() {
        fill(Room.ORDINARY);
    }

    void fillReserve() {
        fill(Room.RESERVE);
    }

    private void fill(Room room) {
        for (int size = RECORD; size > 0; size /= 2) {
            while (journal.append(0, new Filling(size), room) != Journal.NO_ROOM) {
                // until there is no room for this size
            }
        }
    }

    void close() throws IOException {
        journal.close();
    }

    private record Filling(int size) implements Draft {
        @Override
        public int keyLength() {
            return 0;
        }

        @Override
        public void writeKey(ByteBuffer out) {}

        @Override
        public void write(ByteBuffer out, long stamp) {
            out.put(new byte[size]);
        }
    }
}

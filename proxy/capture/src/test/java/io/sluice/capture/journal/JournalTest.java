package io.sluice.capture.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final long BOUND = 16 * 65_536;
    private static final int RECORD = 16_384;
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock();

    private Journal open() throws IOException {
        return Journal.open(folder, BOUND, RECORD, clock);
    }

    private static List<Integer> read(Journal journal) {
        List<Integer> read = new ArrayList<>();
        Cursor cursor = journal.read(journal.acknowledged());
        while (cursor.peek()) {
            read.add((int) cursor.record()[0]);
            cursor.next();
        }
        return read;
    }

    @Test
    void givesBackWhatWasAppendedInItsOrder() throws IOException {
        try (Journal journal = open()) {
            byte[] key = {9, 8, 7};

            long stamp = journal.append(5, new Bytes(key, new byte[] {1, 2, 3}), Room.ORDINARY);
            journal.append(6, Bytes.of(10, 4), Room.ORDINARY);

            Cursor cursor = journal.read(journal.acknowledged());
            assertThat(cursor.peek()).isTrue();
            assertThat(cursor.partition()).isEqualTo(5);
            assertThat(cursor.stamp()).isEqualTo(stamp);
            assertThat(cursor.key()).isEqualTo(key);
            assertThat(cursor.record()).containsExactly(1, 2, 3);
            cursor.next();
            assertThat(cursor.peek()).isTrue();
            assertThat(cursor.partition()).isEqualTo(6);
            cursor.next();
            assertThat(cursor.peek()).isFalse();
            assertThat(cursor.position()).isEqualTo(journal.tail());
        }
    }

    @Test
    void stampsGrowThoughTheClockStandsStillGoesBackOrTheProcessStartsAgain() throws IOException {
        long first;
        long third;
        try (Journal journal = open()) {
            first = journal.append(0, Bytes.of(1, 1), Room.ORDINARY);
            long second = journal.append(0, Bytes.of(1, 1), Room.ORDINARY);
            clock.set(Instant.ofEpochSecond(10));
            third = journal.stampIfDrained(journal.tail());

            assertThat(first).isEqualTo(1_000 * SECOND);
            assertThat(second).isEqualTo(first + 1);
            assertThat(third).isEqualTo(first + 2);
        }

        try (Journal journal = open()) {
            assertThat(journal.append(0, Bytes.of(1, 1), Room.ORDINARY)).isEqualTo(third + 1);
            clock.set(Instant.ofEpochSecond(2_000));
            assertThat(journal.append(0, Bytes.of(1, 1), Room.ORDINARY)).isEqualTo(2_000 * SECOND);
        }
    }

    @Test
    void keepsItsNameAndNumbersEachRunAboveTheOnesBefore() throws IOException {
        UUID name;
        long run;
        try (Journal journal = open()) {
            name = journal.proxy();
            assertThat(journal.incarnation()).isZero();
            run = journal.beginIncarnation();
        }

        try (Journal journal = open()) {
            assertThat(journal.proxy()).isEqualTo(name);
            assertThat(journal.incarnation()).isEqualTo(run);
            assertThat(journal.beginIncarnation()).isGreaterThan(run);
        }
    }

    @Test
    void holdsAfterAStartOnlyWhatWasNotAcknowledged() throws IOException {
        try (Journal journal = open()) {
            for (int i = 0; i < 5; i++) {
                journal.append(0, Bytes.of(100, i), Room.ORDINARY);
            }
            Cursor cursor = journal.read(journal.acknowledged());
            cursor.peek();
            cursor.next();
            cursor.peek();
            journal.acknowledge(cursor.end());
        }

        try (Journal journal = open()) {
            assertThat(read(journal)).containsExactly(2, 3, 4);
            journal.append(0, Bytes.of(100, 5), Room.ORDINARY);
            assertThat(read(journal)).containsExactly(2, 3, 4, 5);
        }
    }

    @Test
    void usesItsFilesAgainAndStartsAnywhereInThem() throws IOException {
        int next = 0;
        int acknowledged = 0;
        for (int round = 0; round < 40; round++) {
            try (Journal journal = open()) {
                for (int i = 0; i < 23; i++) {
                    assertThat(journal.append(0, Bytes.of(5_000, next++ % 128), Room.ORDINARY))
                            .isPositive();
                }
                List<Integer> expected = new ArrayList<>();
                for (int i = acknowledged; i < next; i++) {
                    expected.add(i % 128);
                }
                assertThat(read(journal)).isEqualTo(expected);
                Cursor cursor = journal.read(journal.acknowledged());
                for (int i = 0; i < 22; i++) {
                    cursor.peek();
                    cursor.next();
                    acknowledged++;
                }
                journal.acknowledge(cursor.position());
            }
        }
        try (var files = Files.list(folder)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("segment-")))
                    .hasSize(16);
        }
    }

    @Test
    void keepsAReserveAndIsFullBehindIt() throws IOException {
        try (Journal journal = open()) {
            int ordinary = 0;
            while (journal.append(0, Bytes.of(RECORD, 1), Room.ORDINARY) != Journal.NO_ROOM) {
                ordinary++;
            }
            int reserve = 0;
            while (journal.append(0, Bytes.of(RECORD, 2), Room.RESERVE) != Journal.NO_ROOM) {
                reserve++;
            }

            assertThat(ordinary).isBetween(38, 45);
            assertThat(reserve).isBetween(3, 9);
            assertThat(journal.hasRoom(Room.ORDINARY)).isFalse();
            assertThat(journal.bytesUsed()).isLessThanOrEqualTo(journal.bound());

            journal.acknowledge(journal.tail());

            assertThat(journal.hasRoom(Room.ORDINARY)).isTrue();
            assertThat(journal.append(0, Bytes.of(RECORD, 3), Room.ORDINARY)).isPositive();
            assertThat(read(journal)).containsExactly(3);
        }
    }

    @Test
    void takesOnlyLastWordsOnceItIsSealed() throws IOException {
        try (Journal journal = open()) {
            journal.seal();

            assertThat(journal.append(0, Bytes.of(1, 1), Room.RESERVE)).isEqualTo(Journal.NO_ROOM);
            assertThat(journal.append(0, Bytes.of(1, 1), Room.LAST)).isPositive();
        }
    }

    @Test
    void refusesARecordThatIsTooLarge() throws IOException {
        try (Journal journal = open()) {
            assertThat(journal.append(0, Bytes.of(RECORD + 1, 1), Room.LAST)).isEqualTo(Journal.NO_ROOM);
        }
    }

    @Test
    void belongsToOneProcess() throws IOException {
        Journal first = open();

        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("in use by another process");

        first.close();
        open().close();
    }

    @Test
    void cutsATornTailAndGoesOnThere() throws IOException {
        long torn;
        try (Journal journal = open()) {
            journal.append(0, Bytes.of(100, 1), Room.ORDINARY);
            torn = journal.tail();
            journal.append(0, Bytes.of(100, 2), Room.ORDINARY);
            journal.append(0, Bytes.of(100, 3), Room.ORDINARY);
        }
        flip(torn + Segment.ENTRY_HEADER + 50);

        try (Journal journal = open()) {
            assertThat(read(journal)).containsExactly(1);
            assertThat(journal.tail()).isEqualTo(torn);
            journal.append(0, Bytes.of(100, 4), Room.ORDINARY);
        }
        try (Journal journal = open()) {
            assertThat(read(journal)).containsExactly(1, 4);
        }
    }

    @Test
    void cutsEverythingBehindATornEntryOfAnEarlierSegment() throws IOException {
        long torn = 0;
        try (Journal journal = open()) {
            for (int i = 0; i < 10; i++) {
                torn = i == 2 ? journal.tail() : torn;
                journal.append(0, Bytes.of(RECORD, i), Room.ORDINARY);
            }
        }
        flip(torn + Segment.ENTRY_HEADER);

        try (Journal journal = open()) {
            assertThat(read(journal)).containsExactly(0, 1);
            for (int i = 20; i < 30; i++) {
                journal.append(0, Bytes.of(RECORD, i), Room.ORDINARY);
            }
            assertThat(read(journal)).containsExactly(0, 1, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
        }
    }

    @Test
    void everyTornByteOfTheLastEntryIsNoticed() throws IOException {
        long last;
        long end;
        try (Journal journal = open()) {
            journal.append(0, Bytes.of(100, 1), Room.ORDINARY);
            last = journal.tail();
            journal.append(3, new Bytes(new byte[] {1, 2}, new byte[] {3, 4, 5}), Room.ORDINARY);
            end = last + Segment.ENTRY_HEADER + 5;
        }
        byte[] whole = Files.readAllBytes(file(last));
        for (long at = last; at < end; at++) {
            Files.write(file(last), whole);
            flip(at);
            try (Journal journal = open()) {
                assertThat(read(journal)).as("byte %d", at - last).containsExactly(1);
            }
        }
    }

    @Test
    void readsAtMostTheBoundWhateverLengthsSay() throws IOException {
        try (Journal journal = open()) {
            journal.append(0, Bytes.of(100, 1), Room.ORDINARY);
        }
        for (int length : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, -2, 65_536, 65_400}) {
            put(65_536 + Segment.HEADER, length);
            try (Journal journal = open()) {
                assertThat(read(journal)).isEmpty();
            }
        }
    }

    @Test
    void sizesThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> Journal.open(folder, 65_536, RECORD, clock))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("Make the journal at least");
    }

    @Test
    void anOlderJournalTakesALargerOrSmallerBound() throws IOException {
        try (Journal journal = open()) {
            journal.append(0, Bytes.of(100, 1), Room.ORDINARY);
        }
        try (Journal journal = Journal.open(folder, 2 * BOUND, RECORD, clock)) {
            assertThat(journal.bound()).isEqualTo(2 * BOUND);
            assertThat(read(journal)).containsExactly(1);
        }
        try (Journal journal = Journal.open(folder, BOUND / 2, RECORD, clock)) {
            assertThat(journal.bound()).isEqualTo(BOUND / 2);
            assertThat(read(journal)).containsExactly(1);
        }
    }

    @Test
    void remembersWhatMustStillBeSaid() throws IOException {
        try (Journal journal = open()) {
            assertThat(journal.remembered()).isEqualTo(Uncaptured.NONE);
            journal.remember(new Uncaptured(7, 8, 9));
        }
        try (Journal journal = open()) {
            assertThat(journal.remembered()).isEqualTo(new Uncaptured(7, 8, 9));
        }
    }

    @Test
    void forcesWhatWasAppendedSinceTheLastTime() throws IOException {
        try (Journal journal = open()) {
            for (int i = 0; i < 12; i++) {
                journal.append(0, Bytes.of(RECORD, i), Room.ORDINARY);
                journal.force();
            }
            journal.acknowledge(journal.tail());
            journal.force();

            assertThat(journal.broken()).isNull();
        }
    }

    @Test
    void theFormatOfASegmentIsFrozen() throws IOException {
        try (Journal journal = open()) {
            journal.append(258, new Bytes(new byte[] {1, 2}, new byte[] {3, 4, 5}), Room.ORDINARY);
        }

        byte[] segment = Files.readAllBytes(file(65_536));

        // Header: magic, version, sequence, checksum; entry: length, checksum, stamp, sequence, partition, key's
        // length.
        assertThat(HexFormat.of().formatHex(segment, 0, 104))
                .isEqualTo("534c554943454a31" + "00000001" + "00000000" + "0000000000000001" + "1c42d3d1" + "00000000"
                        + "00".repeat(32)
                        + "00000005" + "d8fe0a37" + "000000e8d4a51000" + "00000001" + "0102" + "0002"
                        + "0102" + "030405" + "000000"
                        + "0000000000000000");
    }

    @Test
    void theFormatOfTheStateIsFrozen() throws IOException {
        StateFile.create(folder.resolve("state"), 65_536, new UUID(1, 2));
        StateFile state = StateFile.open(folder.resolve("state"), 1);
        state.incarnation(3);
        state.stamp(4);
        state.acknowledged(5);
        state.uncaptured(new Uncaptured(6, 7, 8));

        assertThat(HexFormat.of().formatHex(Files.readAllBytes(folder.resolve("state")), 0, 96))
                .isEqualTo("534c554943454a53" + "00000001" + "00010000" + "0000000000000001" + "0000000000000002"
                        + "c7a48c81" + "00000000"
                        + "0000000000000003" + "0000000000000004" + "0000000000000005"
                        + "0000000000000006" + "0000000000000007" + "0000000000000008"
                        + "0000000000000000");
    }

    @Test
    void aDamagedStateIsNamed() throws IOException {
        open().close();
        Path state = folder.resolve("state");
        byte[] bytes = Files.readAllBytes(state);
        bytes[20] ^= 1;
        Files.write(state, bytes);

        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("state is damaged: expected checksum");
    }

    private Path file(long position) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("segment-"))
                    .filter(file -> sequence(file) == position / 65_536)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static long sequence(Path file) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(file)).getLong(16);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void flip(long position) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(file(position).toFile(), "rw")) {
            file.seek(position % 65_536);
            int old = file.read();
            file.seek(position % 65_536);
            file.write(old ^ 0x55);
        }
    }

    private void put(long position, int value) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(file(position).toFile(), "rw")) {
            file.seek(position % 65_536);
            file.writeInt(value);
        }
    }
}

package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.capture.journal.Cursor;
import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.wire.Cut;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.OpenExchange;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.Record;
import io.sluice.capture.wire.RouteClass;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What exchanges write into the journal. */
class FragmentDraftTest {

    private static final ByteBuffer NOTHING = ExchangeRecorder.NOTHING;

    @TempDir
    Path folder;

    private JournalOnly journal;

    @BeforeEach
    void open() throws Exception {
        journal = JournalOnly.open(folder, Durability.BEFORE_RESPONSE);
    }

    @AfterEach
    void close() throws Exception {
        journal.close();
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<Record> records() throws Exception {
        List<Record> records = new ArrayList<>();
        Cursor cursor = journal.journal().read(journal.journal().acknowledged());
        while (cursor.peek()) {
            records.add(RecordDecoder.decode(cursor.key(), cursor.record()));
            // The bytes are those of the generated classes.
            assertThat(records.get(records.size() - 1).toByteArray()).isEqualTo(cursor.record());
            cursor.next();
        }
        return records;
    }

    @Test
    void anExchangeIsOneRecordForEachPiece() throws Exception {
        ConnectionRecorder connection = journal.connection("10.0.0.1:4711");
        ExchangeRecorder exchange = connection.exchange(true, true);

        exchange.request(text("POST / HTTP/1.1\r\n\r\n"), text("{"), false);
        exchange.requestBody(text("}"), text("a: b\r\n"), true);
        exchange.answer(text("HTTP/1.1 200 OK\r\n\r\n"), NOTHING, false);
        exchange.answerBody(text("ok"), NOTHING, true);

        List<Record> records = records();
        assertThat(records).hasSize(4);
        assertThat(records.get(0).getFragment())
                .isEqualTo(Fragment.newBuilder()
                        .setConnection(1)
                        .setExchange(1)
                        .setPart(Part.REQUEST)
                        .setHead(ByteString.copyFromUtf8("POST / HTTP/1.1\r\n\r\n"))
                        .setBody(ByteString.copyFromUtf8("{"))
                        .setRoute(RouteClass.WRITE)
                        .setAnswerStripped(true)
                        .setClient("10.0.0.1:4711")
                        .build());
        assertThat(records.get(1).getFragment())
                .isEqualTo(Fragment.newBuilder()
                        .setConnection(1)
                        .setExchange(1)
                        .setPart(Part.REQUEST)
                        .setFragment(1)
                        .setLast(true)
                        .setBody(ByteString.copyFromUtf8("}"))
                        .setTrailers(ByteString.copyFromUtf8("a: b\r\n"))
                        .build());
        assertThat(records.get(3).getFragment().getLast()).isTrue();
        assertThat(records).extracting(Record::getStamp).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aPieceLargerThanARecordIsDivided() throws Exception {
        ExchangeRecorder exchange = journal.connection("c:1").exchange(true, false);
        ByteBuffer body = ByteBuffer.allocate(100_000);
        for (int i = 0; i < body.capacity(); i++) {
            body.put(i, (byte) i);
        }
        body.position(10);

        assertThat(exchange.request(text("head"), body, true)).isTrue();

        List<Record> records = records();
        assertThat(records).hasSizeGreaterThan(6);
        ByteString joined = ByteString.EMPTY;
        for (int i = 0; i < records.size(); i++) {
            Fragment fragment = records.get(i).getFragment();
            assertThat(records.get(i).getSerializedSize()).isLessThanOrEqualTo(JournalOnly.RECORD - 16);
            assertThat(fragment.getFragment()).isEqualTo(i);
            assertThat(fragment.getLast()).isEqualTo(i == records.size() - 1);
            joined = joined.concat(fragment.getBody());
        }
        assertThat(joined).isEqualTo(ByteString.copyFrom(body.duplicate()));
        assertThat(body.position()).isEqualTo(10);
    }

    @Test
    void trailersThatDoNotFitGetARecordOfTheirOwn() throws Exception {
        ExchangeRecorder exchange = journal.connection("c:1").exchange(true, false);
        exchange.request(text("head"), NOTHING, false);

        exchange.requestBody(ByteBuffer.allocate(15_000), text("t".repeat(2_000)), true);

        List<Record> records = records();
        assertThat(records).hasSize(3);
        assertThat(records.get(1).getFragment().getLast()).isFalse();
        assertThat(records.get(2).getFragment().getTrailers().size()).isEqualTo(2_000);
        assertThat(records.get(2).getFragment().getLast()).isTrue();
    }

    @Test
    void anEmptyPieceIsNothingAndAnEmptyEndIsARecord() throws Exception {
        ExchangeRecorder exchange = journal.connection("c:1").exchange(false, false);
        exchange.request(text("head"), NOTHING, false);

        exchange.requestBody(NOTHING, NOTHING, false);
        exchange.requestBody(NOTHING, NOTHING, true);

        assertThat(records()).hasSize(2);
        assertThat(records().get(1).getFragment().getLast()).isTrue();
    }

    @Test
    void aCutEndsWhatIsOpen() throws Exception {
        ExchangeRecorder exchange = journal.connection("c:1").exchange(true, false);
        exchange.request(text("head"), text("x"), true);
        exchange.answer(text("HTTP/1.1 200 OK\r\n\r\n"), text("y"), false);

        exchange.cut(CutReason.SOURCE_LEFT);
        exchange.cut(CutReason.PROXY_STOPPED);
        exchange.answerBody(text("late"), NOTHING, true);

        List<Record> records = records();
        assertThat(records).hasSize(3);
        assertThat(records.get(2).getFragment())
                .isEqualTo(Fragment.newBuilder()
                        .setConnection(1)
                        .setExchange(1)
                        .setPart(Part.ANSWER)
                        .setFragment(1)
                        .setLast(true)
                        .setCut(Cut.SOURCE_LEFT)
                        .build());
    }

    @Test
    void everyReasonOfTheProxyHasANameInTheContract() {
        for (CutReason reason : CutReason.values()) {
            assertThat(Cut.valueOf(reason.name())).isNotEqualTo(Cut.WHOLE);
        }
    }

    @Test
    void knowsWhichExchangesAreOpen() throws Exception {
        ConnectionRecorder connection = journal.connection("c:1");
        ExchangeRecorder first = connection.exchange(true, false);
        ExchangeRecorder second = connection.exchange(true, false);
        assertThat(journal.open(0)).isEmpty();

        first.request(text("head"), NOTHING, true);
        second.request(text("head"), NOTHING, false);
        assertThat(journal.open(0)).extracting(OpenExchange::getExchange).containsExactly(1L, 2L);

        first.answer(text("HTTP/1.1 200 OK\r\n\r\n"), NOTHING, true);
        assertThat(journal.open(0)).extracting(OpenExchange::getExchange).containsExactly(2L);

        second.cut(CutReason.CLIENT_LEFT);
        assertThat(journal.open(0)).isEmpty();
    }

    @Test
    void aFullJournalRefusesAWriteAndStillTakesTheAnswerOfAnother() throws Exception {
        ExchangeRecorder before = journal.connection("c:1").exchange(true, false);
        before.request(text("head"), NOTHING, true);
        journal.fill();
        ExchangeRecorder after = journal.connection("c:2").exchange(true, false);

        assertThat(after.request(text("head"), NOTHING, true)).isFalse();
        before.answer(text("HTTP/1.1 200 OK\r\n\r\n"), text("ok"), true);

        assertThat(journal.appender().refusedWrites.sum()).isEqualTo(1);
        assertThat(journal.appender().uncapturedWrites.sum()).isZero();
        assertThat(journal.open(0)).isEmpty();
    }

    @Test
    void aReadPassesUncapturedWhenThereIsNoRoomAndIsCountedOnce() throws Exception {
        journal.fill();
        ExchangeRecorder read = journal.connection("c:1").exchange(false, false);

        read.request(text("head"), NOTHING, false);
        read.requestBody(text("x"), NOTHING, true);
        read.answer(text("HTTP/1.1 200 OK\r\n\r\n"), text("ok"), true);

        assertThat(journal.appender().uncapturedReads.sum()).isEqualTo(1);
        assertThat(journal.open(0)).isEmpty();
    }

    @Test
    void anAnswerThatHasNoRoomIsCountedAndEndsAsSoonAsThereIsRoom() throws Exception {
        ExchangeRecorder exchange = journal.connection("c:1").exchange(true, false);
        exchange.request(text("head"), NOTHING, true);
        journal.fillReserve();

        exchange.answer(text("HTTP/1.1 200 OK\r\n\r\n"), NOTHING, false);
        exchange.answerBody(text("ok"), NOTHING, true);
        journal.appender().settleDebts();

        assertThat(journal.appender().uncapturedWrites.sum()).isEqualTo(1);
        assertThat(journal.open(0)).hasSize(1);

        journal.journal().acknowledge(journal.journal().tail());
        journal.appender().settleDebts();

        assertThat(records()).hasSize(1);
        assertThat(records().get(0).getFragment().getCut()).isEqualTo(Cut.NOT_RECORDED);
        assertThat(records().get(0).getFragment().getFragment()).isZero();
        assertThat(journal.open(0)).isEmpty();
    }

    @Test
    void theRecordIsFrozen() throws Exception {
        ExchangeRecorder exchange = journal.connection("c:1").exchange(true, true);
        exchange.request(text("HEAD"), text("BODY"), true);

        Cursor cursor = journal.journal().read(journal.journal().acknowledged());
        cursor.peek();

        assertThat(HexFormat.of().formatHex(cursor.key())).isEqualTo("0000000000000003" + "0000000000000001");
        assertThat(HexFormat.of().formatHex(cursor.record()))
                .isEqualTo("0801" + "1210" + "0000000000000001" + "0000000000000002" + "190300000000000000"
                        + "21" + HexFormat.of().formatHex(littleEndian(cursor.stamp()))
                        + "2a1d" + "0801" + "1001" + "1801" + "2801" + "3204" + "48454144" + "3a04" + "424f4459"
                        + "5002" + "5801" + "6203" + "633a31");
    }

    private static byte[] littleEndian(long value) {
        return ByteBuffer.allocate(8).putLong(Long.reverseBytes(value)).array();
    }
}

package io.sluice.replay.assemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.ExchangeId;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Goodbye;
import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Hello;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.Record;
import io.sluice.capture.wire.RouteClass;
import io.sluice.replay.ReplayBounds;
import io.sluice.replay.compare.Matter;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.replay.rewrite.Cursor;
import io.sluice.replay.rewrite.Cursor.Kind;
import io.sluice.replay.rewrite.Cursor.Role;
import io.sluice.replay.rewrite.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PartitionAssemblyTest {

    private static final ByteString PROXY = ByteString.copyFrom(new byte[16]);

    /** Flink's state as far as assembly sees it. */
    private static final class Store implements FragmentStore {
        final Map<String, byte[]> fragments = new HashMap<>();

        @Override
        public void put(String name, byte[] fragment) {
            fragments.put(name, fragment);
        }

        @Override
        public byte[] get(String name) throws IOException {
            byte[] fragment = fragments.get(name);
            if (fragment == null) {
                throw new IOException("no fragment " + name);
            }
            return fragment;
        }

        @Override
        public void remove(String name) {
            fragments.remove(name);
        }
    }

    /** What assembly told. */
    private static final class Heard implements PartitionAssembly.Told {
        final List<CapturedExchange> exchanges = new ArrayList<>();
        final List<String> progress = new ArrayList<>();
        final List<Long> reached = new ArrayList<>();
        final List<Long> ends = new ArrayList<>();
        final List<String> noted = new ArrayList<>();
        final List<String> leftOut = new ArrayList<>();
        final List<String> asked = new ArrayList<>();
        final List<String> named = new ArrayList<>();
        final List<String> roots = new ArrayList<>();
        boolean wantsReads = true;

        @Override
        public void exchange(int partition, CapturedExchange exchange, CursorRoots cursors) {
            exchanges.add(exchange);
            // Each is as the next page of a scroll, for which the source gives another id.
            UUID id = new UUID(0, exchanges.size());
            Cursor cursor = new Cursor(
                    Kind.SCROLL, Role.GOES_ON, id, new UUID(0, exchanges.size() + 1), 1, 60_000, Matter.ALL, "");
            Step.Read page = new Step.Read(
                    0,
                    "POST",
                    "/_search/scroll",
                    null,
                    ByteString.EMPTY,
                    new ReadAnswer(200, ByteString.EMPTY),
                    1,
                    cursor);
            roots.add(String.valueOf(cursors.resolved(page, 1).cursor()).replaceAll(".*root=([^,]*),.*", "$1"));
        }

        @Override
        public void named(int partition, CapturedExchange exchange, boolean isOver) {
            named.add("%d %s%s"
                    .formatted(
                            exchange.request().ended(),
                            exchange.request().body().toStringUtf8(),
                            isOver ? " over" : ""));
        }

        @Override
        public boolean wants(ExchangeId read, ByteString head) {
            asked.add(head.toStringUtf8());
            return wantsReads;
        }

        @Override
        public void leftOut(int partition, ExchangeId read, long stamp) {
            leftOut.add(read.exchange() + " at " + stamp);
        }

        @Override
        public void progress(int partition, long time, long floor) {
            progress.add(time + "/" + floor);
        }

        @Override
        public void reached(int partition, long offset, long end) {
            reached.add(offset);
            ends.add(end);
        }

        @Override
        public void waitsFor(int partition, List<UUID> proxies) {
            assertThat(partition).isZero();
        }

        @Override
        public void noted(int partition, String what) {
            noted.add(what);
        }
    }

    private final Store store = new Store();
    private final Heard heard = new Heard();
    private final PartitionAssembly assembly = new PartitionAssembly(0, ReplayBounds.DEFAULT, store, heard);

    private static Record.Builder record(long stamp) {
        return Record.newBuilder()
                .setVersion(1)
                .setProxy(PROXY)
                .setIncarnation(7)
                .setStamp(stamp);
    }

    private static Member member() {
        return Member.newBuilder().setProxy(PROXY).setIncarnation(7).build();
    }

    private static Record hello(long stamp) {
        return record(stamp).setHello(Hello.newBuilder().setMember(member())).build();
    }

    private static Record beat(long stamp) {
        return record(stamp)
                .setHeartbeat(Heartbeat.newBuilder().addRoster(member()))
                .build();
    }

    private static Record piece(long stamp, Part part, int fragment, boolean last, RouteClass route) {
        return piece(1, stamp, part, fragment, last, route);
    }

    private static Record piece(int exchange, long stamp, Part part, int fragment, boolean last, RouteClass route) {
        return record(stamp)
                .setFragment(Fragment.newBuilder()
                        .setConnection(1)
                        .setExchange(exchange)
                        .setPart(part)
                        .setFragment(fragment)
                        .setLast(last)
                        .setRoute(route)
                        .setHead(ByteString.copyFromUtf8(fragment == 0 ? "head" : ""))
                        .setBody(ByteString.copyFromUtf8(part + "-" + fragment)))
                .build();
    }

    private static void readAll(PartitionAssembly into, Record... records) {
        for (Record record : records) {
            into.read(record);
        }
    }

    @Test
    void aWriteThatIsOpenHoldsTheFloorAndAReadDoesNot() {
        readAll(assembly, hello(1), piece(5, Part.REQUEST, 0, true, RouteClass.WRITE), beat(9));
        readAll(assembly, piece(10, Part.ANSWER, 0, true, RouteClass.ROUTE_CLASS_UNSPECIFIED), beat(20));

        assertThat(heard.progress).containsExactly("9/5", "20/20");
        assertThat(heard.exchanges).hasSize(1);
        assertThat(store.fragments).isEmpty();

        PartitionAssembly reads = new PartitionAssembly(0, ReplayBounds.DEFAULT, store, heard);
        readAll(reads, hello(1), piece(5, Part.REQUEST, 0, true, RouteClass.READ), beat(9));
        assertThat(heard.progress).endsWith("9/9");
    }

    @Test
    void ofAReadThatIsNotWantedNothingIsHeldAndItIsToldWhenItEnds() throws IOException {
        heard.wantsReads = false;
        readAll(assembly, hello(1), piece(5, Part.REQUEST, 0, false, RouteClass.READ));
        assertThat(assembly.heapBytes()).isZero();
        byte[] checkpoint = assembly.toBytes();
        assertThat(store.fragments).isEmpty();

        PartitionAssembly restored = PartitionAssembly.of(checkpoint, ReplayBounds.DEFAULT, store, heard);
        readAll(
                restored,
                piece(6, Part.REQUEST, 1, true, RouteClass.ROUTE_CLASS_UNSPECIFIED),
                piece(7, Part.ANSWER, 0, false, RouteClass.ROUTE_CLASS_UNSPECIFIED));
        assertThat(restored.heapBytes()).isZero();
        assertThat(heard.leftOut).isEmpty();
        readAll(restored, piece(8, Part.ANSWER, 1, true, RouteClass.ROUTE_CLASS_UNSPECIFIED));

        assertThat(heard.leftOut).containsExactly("1 at 6");
        assertThat(heard.asked).containsExactly("head");
        assertThat(heard.exchanges).isEmpty();
    }

    @Test
    void ofAWriteEverythingIsHeldWhateverIsWanted() {
        heard.wantsReads = false;
        readAll(
                assembly,
                hello(1),
                piece(5, Part.REQUEST, 0, true, RouteClass.WRITE),
                piece(6, Part.ANSWER, 0, true, RouteClass.ROUTE_CLASS_UNSPECIFIED));

        assertThat(heard.exchanges).hasSize(1);
        assertThat(heard.leftOut).isEmpty();
    }

    private static Record call(long stamp, int fragment, boolean last) {
        String head = fragment == 0 ? "POST /_aliases HTTP/1.1\r\n\r\n" : "";
        return record(stamp)
                .setFragment(Fragment.newBuilder()
                        .setConnection(1)
                        .setExchange(1)
                        .setPart(Part.REQUEST)
                        .setFragment(fragment)
                        .setLast(last)
                        .setRoute(fragment == 0 ? RouteClass.WRITE : RouteClass.ROUTE_CLASS_UNSPECIFIED)
                        .setHead(ByteString.copyFromUtf8(head))
                        .setBody(ByteString.copyFromUtf8("-" + fragment)))
                .build();
    }

    @Test
    void whatMayChangeNamesIsToldWhenItsRequestIsThereAndOnceMoreWhenItIsOver() throws IOException {
        readAll(assembly, hello(1), call(5, 0, false));
        assembly.spill();
        PartitionAssembly restored = PartitionAssembly.of(assembly.toBytes(), ReplayBounds.DEFAULT, store, heard);
        readAll(restored, call(6, 1, true));
        assertThat(heard.named).containsExactly("6 -0-1");
        assertThat(heard.progress).isEmpty(); // no time has passed that is later

        PartitionAssembly again = PartitionAssembly.of(restored.toBytes(), ReplayBounds.DEFAULT, store, heard);
        readAll(again, beat(9), piece(10, Part.ANSWER, 0, true, RouteClass.ROUTE_CLASS_UNSPECIFIED));
        assertThat(heard.named).containsExactly("6 -0-1", "6 -0-1 over");
        assertThat(heard.exchanges).hasSize(1);
        assertThat(store.fragments).isEmpty();
    }

    @Test
    void goesOnFromACheckpointInTheMiddleOfAnExchange() throws IOException {
        readAll(assembly, hello(1), piece(5, Part.REQUEST, 0, false, RouteClass.WRITE));
        byte[] checkpoint = assembly.toBytes();
        assertThat(store.fragments).hasSize(1);

        PartitionAssembly restored = PartitionAssembly.of(checkpoint, ReplayBounds.DEFAULT, store, heard);
        readAll(
                restored,
                piece(5, Part.REQUEST, 0, false, RouteClass.WRITE),
                piece(6, Part.REQUEST, 1, true, RouteClass.ROUTE_CLASS_UNSPECIFIED),
                piece(7, Part.ANSWER, 0, true, RouteClass.ROUTE_CLASS_UNSPECIFIED));

        assertThat(heard.exchanges).singleElement().satisfies(exchange -> {
            assertThat(exchange.isWhole()).isTrue();
            assertThat(exchange.write()).isTrue();
            assertThat(exchange.request().body().toStringUtf8()).isEqualTo("REQUEST-0REQUEST-1");
            assertThat(exchange.request().ended()).isEqualTo(6);
            assertThat(exchange.answer().body().toStringUtf8()).isEqualTo("ANSWER-0");
        });
        assertThat(store.fragments).isEmpty();
    }

    @Test
    void whatWasSpilledIsPutTogetherFromTheState() throws IOException {
        readAll(assembly, hello(1), piece(5, Part.REQUEST, 0, false, RouteClass.WRITE));
        assembly.spill();
        assertThat(assembly.heapBytes()).isZero();

        readAll(
                assembly,
                piece(6, Part.REQUEST, 1, true, RouteClass.ROUTE_CLASS_UNSPECIFIED),
                piece(7, Part.ANSWER, 0, true, RouteClass.ROUTE_CLASS_UNSPECIFIED));

        assertThat(heard.exchanges)
                .singleElement()
                .satisfies(exchange ->
                        assertThat(exchange.request().body().toStringUtf8()).isEqualTo("REQUEST-0REQUEST-1"));
        assertThat(store.fragments).isEmpty();
    }

    @Test
    void whatIsKnownOfCursorsIsInTheCheckpoint() throws IOException {
        readAll(
                assembly,
                hello(1),
                piece(1, 5, Part.REQUEST, 0, true, RouteClass.READ),
                piece(1, 6, Part.ANSWER, 0, true, RouteClass.ROUTE_CLASS_UNSPECIFIED));
        PartitionAssembly restored = PartitionAssembly.of(assembly.toBytes(), ReplayBounds.DEFAULT, store, heard);
        readAll(
                restored,
                piece(2, 7, Part.REQUEST, 0, true, RouteClass.READ),
                piece(2, 8, Part.ANSWER, 0, true, RouteClass.ROUTE_CLASS_UNSPECIFIED));

        String first = new UUID(0, 1).toString();
        assertThat(heard.roots).containsExactly(first, first);
    }

    @Test
    void aGapIsNotedOnce() {
        readAll(
                assembly,
                hello(1),
                piece(5, Part.REQUEST, 0, false, RouteClass.WRITE),
                piece(8, Part.REQUEST, 2, true, RouteClass.ROUTE_CLASS_UNSPECIFIED));

        assertThat(heard.noted).containsExactly("gaps");
    }

    @Test
    void howFarItHasReadIsToldOnceAndAgainAfterACheckpoint() throws IOException {
        assembly.tellReached(1);
        assertThat(heard.reached).isEmpty();
        readAll(assembly, hello(1));
        assembly.passed(41);
        assembly.tellReached(1);
        assembly.tellReached(1);
        assertThat(heard.reached).containsExactly(42L);

        PartitionAssembly.of(assembly.toBytes(), ReplayBounds.DEFAULT, store, heard)
                .tellReached(1);
        assertThat(heard.reached).containsExactly(42L, 42L);
    }

    @Test
    void aPartitionIsDesertedFromTheLastGoodbyeUntilSomebodyJoins() throws IOException {
        readAll(assembly, hello(1), beat(5));
        assembly.passed(1);
        assembly.tellReached(1);
        readAll(assembly, record(6).setGoodbye(Goodbye.getDefaultInstance()).build());
        assembly.passed(2);
        assembly.tellReached(1);
        PartitionAssembly restored = PartitionAssembly.of(assembly.toBytes(), ReplayBounds.DEFAULT, store, heard);
        restored.tellReached(1);
        readAll(
                restored,
                record(9)
                        .setIncarnation(8)
                        .setHello(Hello.newBuilder()
                                .setMember(member().toBuilder().setIncarnation(8)))
                        .build());
        restored.passed(3);
        restored.tellReached(1);

        assertThat(heard.ends).containsExactly(0L, 6L, 6L, 0L);
    }

    @Test
    void aStateOfAnotherFormIsRefused() {
        byte[] other = new byte[100]; // began with the number of the partition

        assertThatThrownBy(() -> PartitionAssembly.of(other, ReplayBounds.DEFAULT, store, heard))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--fresh");
    }
}

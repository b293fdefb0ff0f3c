package io.sluice.foreign;

import com.google.protobuf.ByteString;
import io.sluice.capture.file.CaptureFileRecord;
import io.sluice.capture.file.CaptureFileWriter;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Goodbye;
import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Hello;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Record;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes what proxies of ours would have written: each says hello in every partition before anything else, stamps its fragments
 * strictly rising, beats while there is traffic, and says goodbye.
 */
final class TopicWriter implements FragmentSink {

    /** How often they beat, at most: as our proxies do. While nothing happens they do not, or years of silence would fill a topic. */
    private static final long BEAT_NANOS = 100_000_000;

    private static final int VERSION = 1;
    private static final long NANOS_OF_MILLI = 1_000_000;
    private static final int KEY_BYTES = 2 * Long.BYTES;
    private static final byte[] NO_KEY = {};

    /** One of the proxies: its name, its run, and its newest stamp. */
    private static final class Proxy {
        final ByteString name;
        final long incarnation;
        long stamp;

        Proxy(ByteString name, long incarnation) {
            this.name = name;
            this.incarnation = incarnation;
            this.stamp = incarnation - 1;
        }

        Member member() {
            return Member.newBuilder()
                    .setProxy(name)
                    .setIncarnation(incarnation)
                    .build();
        }
    }

    private final CaptureFileWriter out;
    private final int partitions;
    private final long[] offsets;
    private final List<Proxy> proxies = new ArrayList<>();
    private final Heartbeat heartbeat;
    private long beat;

    /**
     * Says hello.
     *
     * @param names of the foreign proxies; the same name is the same proxy in every import
     * @param first below which no fragment's time is
     */
    TopicWriter(CaptureFileWriter out, int partitions, List<String> names, long first) throws IOException {
        this.out = out;
        this.partitions = partitions;
        this.offsets = new long[partitions];
        long hellos = first - (long) partitions * names.size();
        Heartbeat.Builder roster = Heartbeat.newBuilder();
        for (int i = 0; i < names.size(); i++) {
            UUID name = UUID.nameUUIDFromBytes(names.get(i).getBytes(StandardCharsets.UTF_8));
            Proxy proxy = new Proxy(bytes(name), hellos + (long) i * partitions);
            proxies.add(proxy);
            roster.addRoster(proxy.member());
        }
        this.heartbeat = roster.build();
        for (Proxy proxy : proxies) {
            everywhere(proxy, Record.newBuilder().setHello(Hello.newBuilder().setMember(proxy.member())));
        }
        this.beat = first;
    }

    private static ByteString bytes(UUID name) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
        bytes.putLong(name.getMostSignificantBits()).putLong(name.getLeastSignificantBits());
        return ByteString.copyFrom(bytes.flip());
    }

    private void everywhere(Proxy proxy, Record.Builder record) throws IOException {
        for (int partition = 0; partition < partitions; partition++) {
            write(partition, NO_KEY, proxy, ++proxy.stamp, record);
        }
    }

    @Override
    public void fragment(int number, int partition, long time, Fragment fragment) throws IOException {
        if (time - beat >= BEAT_NANOS) {
            beat(time);
        }
        Proxy proxy = proxies.get(number);
        proxy.stamp = Math.max(time, proxy.stamp + 1);
        byte[] key = ByteBuffer.allocate(KEY_BYTES)
                .putLong(proxy.incarnation)
                .putLong(fragment.getConnection())
                .array();
        write(partition, key, proxy, proxy.stamp, Record.newBuilder().setFragment(fragment));
    }

    /** Every proxy promises all that it wrote; what it writes next has this time or a later one. */
    private void beat(long time) throws IOException {
        beat = time;
        for (Proxy proxy : proxies) {
            long promise = Math.max(time, proxy.stamp + 1);
            for (int partition = 0; partition < partitions; partition++) {
                write(partition, NO_KEY, proxy, promise, Record.newBuilder().setHeartbeat(heartbeat));
            }
        }
    }

    /** Says goodbye, after a promise that covers all there is, and ends the file. */
    void finish() throws IOException {
        long end = proxies.stream().mapToLong(proxy -> proxy.stamp).max().orElse(0) + BEAT_NANOS;
        beat(end);
        for (Proxy proxy : proxies) {
            proxy.stamp = end;
            everywhere(proxy, Record.newBuilder().setGoodbye(Goodbye.getDefaultInstance()));
        }
        out.finish();
    }

    private void write(int partition, byte[] key, Proxy proxy, long stamp, Record.Builder record) throws IOException {
        byte[] value = record.setVersion(VERSION)
                .setProxy(proxy.name)
                .setIncarnation(proxy.incarnation)
                .setStamp(stamp)
                .build()
                .toByteArray();
        out.write(new CaptureFileRecord(partition, offsets[partition]++, stamp / NANOS_OF_MILLI, key, value));
    }
}

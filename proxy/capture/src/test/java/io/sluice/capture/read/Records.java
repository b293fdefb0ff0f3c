package io.sluice.capture.read;

import com.google.protobuf.ByteString;
import io.sluice.capture.wire.Forgotten;
import io.sluice.capture.wire.Fragment;
import io.sluice.capture.wire.Goodbye;
import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Hello;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Part;
import io.sluice.capture.wire.Record;
import io.sluice.capture.wire.RouteClass;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Records of one run of a proxy, made by hand. */
record Records(UUID proxy, long incarnation) {

    private Record.Builder record(long stamp) {
        return Record.newBuilder()
                .setVersion(1)
                .setProxy(bytes(proxy))
                .setIncarnation(incarnation)
                .setStamp(stamp);
    }

    static ByteString bytes(UUID id) {
        ByteBuffer buffer = ByteBuffer.allocate(16);
        buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        return ByteString.copyFrom(buffer.flip());
    }

    Run run() {
        return new Run(proxy, incarnation);
    }

    Member member() {
        return Member.newBuilder()
                .setProxy(bytes(proxy))
                .setIncarnation(incarnation)
                .build();
    }

    Record hello(long stamp, long replaces) {
        return record(stamp)
                .setHello(Hello.newBuilder().setMember(member()).setReplaces(replaces))
                .build();
    }

    Record beat(long stamp, Records... others) {
        Heartbeat.Builder beat = Heartbeat.newBuilder().addRoster(member());
        for (Records other : others) {
            beat.addRoster(other.member());
        }
        return record(stamp).setHeartbeat(beat).build();
    }

    Record goodbye(long stamp) {
        return record(stamp).setGoodbye(Goodbye.getDefaultInstance()).build();
    }

    Record forgets(long stamp, Records other) {
        return record(stamp)
                .setForgotten(
                        Forgotten.newBuilder().setProxy(bytes(other.proxy)).setIncarnation(other.incarnation))
                .build();
    }

    Record request(long stamp, long exchange, int fragment, boolean last) {
        return part(stamp, exchange, Part.REQUEST, fragment, last);
    }

    Record answer(long stamp, long exchange, int fragment, boolean last) {
        return part(stamp, exchange, Part.ANSWER, fragment, last);
    }

    private Record part(long stamp, long exchange, Part part, int fragment, boolean last) {
        Fragment.Builder piece = Fragment.newBuilder()
                .setConnection(1)
                .setExchange(exchange)
                .setPart(part)
                .setFragment(fragment)
                .setLast(last)
                .setBody(ByteString.copyFromUtf8("body" + fragment));
        if (fragment == 0) {
            piece.setHead(ByteString.copyFromUtf8("head"));
        }
        if (fragment == 0 && part == Part.REQUEST) {
            piece.setRoute(RouteClass.WRITE).setClient("c:1");
        }
        return record(stamp).setFragment(piece).build();
    }

    static byte[] key(Record record) {
        return record.hasFragment()
                ? ByteBuffer.allocate(16)
                        .putLong(record.getIncarnation())
                        .putLong(record.getFragment().getConnection())
                        .array()
                : new byte[0];
    }
}

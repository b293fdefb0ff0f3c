package io.sluice.capture;

import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Record;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The proxies that write into the topic, as far as one of them knows from one partition. A proxy is on it from its hello,
 * or from being named by another, until it says goodbye, is followed by its next run, or is forgotten.
 *
 * <p>Thread-safe.
 */
final class Roster {

    /** More than any fleet has; what a broken writer could add beyond is ignored. */
    private static final int MOST = 10_000;

    /** What is known of a proxy. */
    private static final class Known {
        long incarnation;
        String admin;
        long heardNanos;

        Known(long incarnation, String admin, long heardNanos) {
            this.incarnation = incarnation;
            this.admin = admin;
            this.heardNanos = heardNanos;
        }
    }

    /** For how long the proxy must not hear itself to count as deaf: it beats ten times a second. */
    private static final long DEAF_NANOS = 3_000_000_000L;

    private final UUID self;
    private final Map<UUID, Known> alive = new LinkedHashMap<>();
    private final Map<UUID, Long> ended = new LinkedHashMap<>();
    private long listeningSince;
    private long heardSelf;

    /**
     * @param self the proxy whose roster it is
     */
    Roster(UUID self) {
        this.self = self;
    }

    /** Takes note of a record that is no fragment, heard at a time of {@link System#nanoTime}. */
    synchronized void heard(Record record, long nanos) {
        UUID proxy = Envelope.uuid(record.getProxy());
        long incarnation = record.getIncarnation();
        if (proxy.equals(self)) {
            listeningSince = heardSelf == 0 || nanos - heardSelf > DEAF_NANOS ? nanos : listeningSince;
            heardSelf = nanos;
        }
        switch (record.getKindCase()) {
            case HELLO -> {
                end(proxy, record.getHello().getReplaces());
                join(proxy, incarnation, record.getHello().getMember().getAdmin(), nanos, true);
            }
            case HEARTBEAT -> heartbeat(proxy, incarnation, record.getHeartbeat(), nanos);
            case GOODBYE -> end(proxy, incarnation);
            case FORGOTTEN ->
                end(
                        Envelope.uuid(record.getForgotten().getProxy()),
                        record.getForgotten().getIncarnation());
            default -> {
                // says nothing about who is there
            }
        }
    }

    private void heartbeat(UUID proxy, long incarnation, Heartbeat heartbeat, long nanos) {
        join(proxy, incarnation, "", nanos, false);
        for (Member member : heartbeat.getRosterList()) {
            UUID named = Envelope.uuid(member.getProxy());
            if (named.equals(proxy)) {
                join(named, member.getIncarnation(), member.getAdmin(), nanos, false);
            } else if (!alive.containsKey(named)) {
                join(named, member.getIncarnation(), member.getAdmin(), nanos, false);
            }
        }
    }

    private void join(UUID proxy, long incarnation, String admin, long nanos, boolean hello) {
        if (hello && ended.getOrDefault(proxy, 0L) == incarnation) {
            ended.remove(proxy); // said hello again after it was forgotten
        }
        Known known = alive.get(proxy);
        if (ended.getOrDefault(proxy, 0L) >= incarnation || (known != null && known.incarnation > incarnation)) {
            return;
        }
        if (known == null || known.incarnation < incarnation) {
            if (alive.size() < MOST) {
                alive.put(proxy, new Known(incarnation, admin, nanos));
            }
            return;
        }
        known.heardNanos = nanos;
        known.admin = admin.isEmpty() ? known.admin : admin;
    }

    private void end(UUID proxy, long incarnation) {
        if (incarnation == 0) {
            return;
        }
        Known known = alive.get(proxy);
        if (known != null && known.incarnation <= incarnation) {
            alive.remove(proxy);
        }
        if (ended.size() < MOST) {
            ended.merge(proxy, incarnation, Math::max);
        }
    }

    /** All proxies that are there, in the form of a heartbeat. */
    synchronized List<Member> members() {
        List<Member> members = new ArrayList<>();
        alive.forEach((proxy, known) -> members.add(Member.newBuilder()
                .setProxy(Envelope.bytes(proxy))
                .setIncarnation(known.incarnation)
                .setAdmin(known.admin)
                .build()));
        return members;
    }

    /** All proxies that are there, and since when each is silent. */
    synchronized List<RecorderStatus.Proxy> status(long nanos) {
        List<RecorderStatus.Proxy> proxies = new ArrayList<>();
        alive.forEach((proxy, known) -> proxies.add(new RecorderStatus.Proxy(
                proxy, known.incarnation, known.admin, Math.max(0, nanos - known.heardNanos) / 1_000_000)));
        return proxies;
    }

    /** The same, but silence counts only as far as the proxy heard itself all the while: else it may be the deaf one. */
    synchronized List<RecorderStatus.Proxy> silent(long nanos) {
        long listened = nanos - heardSelf > DEAF_NANOS ? 0 : (nanos - listeningSince) / 1_000_000;
        return status(nanos).stream()
                .map(proxy -> new RecorderStatus.Proxy(
                        proxy.proxy(), proxy.incarnation(), proxy.admin(), Math.min(proxy.silentMillis(), listened)))
                .toList();
    }

    /** Whether this run of this proxy was declared forgotten. */
    synchronized boolean isForgotten(UUID proxy, long incarnation) {
        return ended.getOrDefault(proxy, 0L) >= incarnation;
    }
}

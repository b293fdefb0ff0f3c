package io.sluice.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.wire.Forgotten;
import io.sluice.capture.wire.Goodbye;
import io.sluice.capture.wire.Heartbeat;
import io.sluice.capture.wire.Hello;
import io.sluice.capture.wire.Member;
import io.sluice.capture.wire.Record;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RosterTest {

    private static final UUID SELF = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);
    private static final UUID THIRD = new UUID(0, 3);
    private static final long SECOND = 1_000_000_000L;

    private final Roster roster = new Roster(SELF);

    private static Record.Builder by(UUID proxy, long incarnation) {
        return new Envelope(proxy, incarnation).record().setStamp(1);
    }

    private static Member member(UUID proxy, long incarnation) {
        return Member.newBuilder()
                .setProxy(Envelope.bytes(proxy))
                .setIncarnation(incarnation)
                .setAdmin("host:1")
                .build();
    }

    private static Record hello(UUID proxy, long incarnation, long replaces) {
        return by(proxy, incarnation)
                .setHello(
                        Hello.newBuilder().setMember(member(proxy, incarnation)).setReplaces(replaces))
                .build();
    }

    private static Record beat(UUID proxy, long incarnation, Member... members) {
        return by(proxy, incarnation)
                .setHeartbeat(Heartbeat.newBuilder().addAllRoster(java.util.List.of(members)))
                .build();
    }

    @Test
    void whoSaysHelloIsOnItUntilGoodbye() {
        roster.heard(hello(OTHER, 5, 0), SECOND);
        assertThat(roster.members()).containsExactly(member(OTHER, 5));

        roster.heard(by(OTHER, 5).setGoodbye(Goodbye.getDefaultInstance()).build(), SECOND);
        roster.heard(beat(THIRD, 7, member(THIRD, 7), member(OTHER, 5)), SECOND);

        assertThat(roster.members()).containsExactly(member(THIRD, 7));
    }

    @Test
    void whoIsNamedByAnotherIsOnIt() {
        roster.heard(beat(THIRD, 7, member(THIRD, 7), member(OTHER, 5)), SECOND);

        assertThat(roster.members()).containsExactlyInAnyOrder(member(THIRD, 7), member(OTHER, 5));
    }

    @Test
    void theNextRunTakesThePlaceOfTheLast() {
        roster.heard(hello(OTHER, 5, 0), SECOND);
        roster.heard(hello(OTHER, 9, 5), SECOND);
        roster.heard(beat(OTHER, 5, member(OTHER, 5)), SECOND);

        assertThat(roster.members()).containsExactly(member(OTHER, 9));
    }

    @Test
    void whoIsForgottenComesBackOnlyByHello() {
        roster.heard(hello(OTHER, 5, 0), SECOND);
        roster.heard(
                by(THIRD, 7)
                        .setForgotten(Forgotten.newBuilder()
                                .setProxy(Envelope.bytes(OTHER))
                                .setIncarnation(5))
                        .build(),
                SECOND);
        roster.heard(beat(OTHER, 5, member(OTHER, 5)), SECOND);
        assertThat(roster.members()).isEmpty();
        assertThat(roster.isForgotten(OTHER, 5)).isTrue();

        roster.heard(hello(OTHER, 5, 0), SECOND);

        assertThat(roster.members()).containsExactly(member(OTHER, 5));
    }

    @Test
    void othersAreSilentOnlyWhileTheProxyHearsItself() {
        roster.heard(hello(SELF, 1, 0), SECOND);
        roster.heard(hello(OTHER, 5, 0), SECOND);

        roster.heard(beat(SELF, 1, member(SELF, 1)), 61 * SECOND);
        assertThat(silence(OTHER, 61 * SECOND)).isZero();

        for (int second = 62; second < 100; second++) {
            roster.heard(beat(SELF, 1, member(SELF, 1)), second * SECOND);
        }
        assertThat(silence(OTHER, 100 * SECOND)).isEqualTo(39_000);
    }

    private long silence(UUID proxy, long now) {
        return roster.silent(now).stream()
                .filter(known -> known.proxy().equals(proxy))
                .findFirst()
                .orElseThrow()
                .silentMillis();
    }
}

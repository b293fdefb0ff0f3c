package io.sluice.replay.assemble;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.CapturedPart;
import io.sluice.capture.read.End;
import io.sluice.capture.read.ExchangeId;
import io.sluice.capture.read.Run;
import io.sluice.capture.wire.Cut;
import io.sluice.replay.Judging;
import io.sluice.replay.Rewriting;
import io.sluice.replay.account.AccountRecord;
import io.sluice.replay.account.AccountRecord.Seen;
import io.sluice.replay.account.Outcomes;
import io.sluice.replay.names.NameEffects;
import io.sluice.replay.rewrite.NameChanges;
import io.sluice.replay.rewrite.RewriteRules;
import io.sluice.replay.rewrite.Step;
import io.sluice.replay.send.Domains;
import io.sluice.replay.wire.PartitionKeys;
import io.sluice.replay.wire.StepItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which reads of cursors are handed on, and to whom. */
class HandoverTest {

    private static final int CURSORS = 200;
    private static final int PAGES = 3;

    private final List<StepItem> steps = new ArrayList<>();
    private final List<AccountRecord> account = new ArrayList<>();
    private final CursorRoots roots = new CursorRoots();
    private long exchanges;

    private Handover handover(double reads) {
        return handover(reads, new NameChanges(RewriteRules.DEFAULT)::of);
    }

    private Handover handover(double reads, Handover.Naming naming) {
        Judging judging = new Judging(reads, Outcomes.NONE, Duration.ofMinutes(1));
        return new Handover(Rewriting.by(RewriteRules.DEFAULT).make(), naming, judging, steps::add, account::add);
    }

    private CapturedExchange exchange(String line, String body, String answer) {
        exchanges++;
        return new CapturedExchange(
                new ExchangeId(new Run(new UUID(1, 2), 3), 1, exchanges),
                false,
                false,
                "client:1",
                part(line + " HTTP/1.1\r\nHost: source\r\n\r\n", body),
                part("HTTP/1.1 200 OK\r\n\r\n", answer),
                End.ENDED,
                List.of());
    }

    private CapturedPart part(String head, String body) {
        return new CapturedPart(
                ByteString.copyFrom(head, UTF_8),
                ByteString.copyFromUtf8(body),
                ByteString.EMPTY,
                exchanges,
                exchanges,
                Cut.WHOLE,
                body.length(),
                true,
                true);
    }

    /** One cursor from its opening to its end; the source gives another id with every page. */
    private void scroll(Handover handover, int number) {
        hand(handover, "GET /a/_search?scroll=1m", "", "{\"_scroll_id\":\"%d-0\"}".formatted(number));
        for (int page = 1; page <= PAGES; page++) {
            String body = "{\"scroll\":\"1m\",\"scroll_id\":\"%d-%d\"}".formatted(number, page - 1);
            hand(handover, "POST /_search/scroll", body, "{\"_scroll_id\":\"%d-%d\"}".formatted(number, page));
        }
        hand(handover, "DELETE /_search/scroll", "{\"scroll_id\":\"%d-%d\"}".formatted(number, PAGES), "{}");
    }

    private void hand(Handover handover, String line, String body, String answer) {
        CapturedExchange exchange = exchange(line, body, answer);
        assertThat(handover.wants(exchange.id(), exchange.request().head())).isTrue();
        handover.exchange(0, exchange, roots);
    }

    @Test
    void ofACursorAllIsSampledOrNothingAndAllGoesToOneDomain() {
        Handover handover = handover(0.5);
        Domains domains = new Domains(new PartitionKeys(Domains.COUNT, Domains.COUNT));
        int sampled = 0;
        for (int number = 0; number < CURSORS; number++) {
            steps.clear();
            account.clear();
            scroll(handover, number);
            assertThat(steps.size()).isIn(0, PAGES + 2);
            Set<Integer> keys = new HashSet<>();
            steps.forEach(step -> keys.add(domains.getKey(step)));
            assertThat(keys.size()).isLessThanOrEqualTo(1);
            sampled += steps.isEmpty() ? 0 : 1;
            if (steps.isEmpty()) {
                assertThat(account)
                        .hasSize(PAGES + 2)
                        .allSatisfy(record -> assertThat(
                                        ((Seen) record).settled().get(0).rule())
                                .isEqualTo("read_not_sampled"));
            }
        }
        assertThat(sampled).isBetween(CURSORS * 2 / 5, CURSORS * 3 / 5);
    }

    @Test
    void everyDomainIsToldWhatARequestDoesToNamesWhateverComesOfIt() {
        Handover handover = handover(0);
        CapturedExchange call = exchange("PUT /a/_settings", "{\"index.default_pipeline\":\"p\"}", "{}");
        handover.named(3, call, false);
        handover.named(3, call, true);
        handover.named(3, exchange("PUT /a/_settings", "{\"index.number_of_replicas\":1}", "{}"), false);

        NameEffects effects = NameEffects.piped(Set.of("a"));
        assertThat(steps)
                .extracting(StepItem::step)
                .containsExactlyElementsOf(IntStream.range(0, Domains.COUNT)
                        .<Step>mapToObj(domain -> new Step.Names(0, domain, effects))
                        .toList());
        assertThat(steps).allSatisfy(step -> assertThat(step.exchange().stamp()).isEqualTo(1));
        Domains domains = new Domains(Domains.keys());
        assertThat(steps.stream().map(domains::getKey).distinct()).hasSize(Domains.COUNT);
        assertThat(account).isEmpty();
    }

    @Test
    void aRequestThatCannotBeReadForADefectStopsNothingAndMayDoAnything() {
        Handover handover = handover(0, (exchange, isOver) -> {
            throw new IllegalStateException("a defect");
        });
        handover.named(3, exchange("PUT /a/_settings", "{}", "{}"), false);

        assertThat(steps)
                .hasSize(Domains.COUNT)
                .allSatisfy(
                        step -> assertThat(((Step.Names) step.step()).effects()).isEqualTo(NameEffects.ANY));
    }

    @Test
    void whoWantsNoReadsWantsNoCursorsEither() {
        CapturedExchange exchange = exchange("GET /a/_search?scroll=1m", "", "{}");
        assertThat(handover(0).wants(exchange.id(), exchange.request().head())).isFalse();
    }

    @Test
    void aSearchThatTurnsOutToBeOfNoCursorIsSampledLikeOthers() {
        Handover handover = handover(0.000_001);
        hand(handover, "POST /_search", "{\"size\":1}", "{}");
        assertThat(steps).isEmpty();
        assertThat(((Seen) account.get(0)).settled().get(0).rule()).isEqualTo("read_not_sampled");
    }
}

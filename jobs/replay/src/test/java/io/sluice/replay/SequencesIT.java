package io.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.capture.Recorder;
import io.sluice.capture.read.CaptureTopic;
import io.sluice.capture.read.ExchangeAssembler;
import io.sluice.capture.read.PartitionReader;
import io.sluice.capture.read.RecordDecoder;
import io.sluice.capture.read.UnreadableRecordException;
import io.sluice.capture.route.Types;
import io.sluice.replay.rewrite.ChangedRules;
import io.sluice.replay.rewrite.ConditionalWrites;
import io.sluice.testkit.DocumentComparison;
import io.sluice.testkit.Servers;
import io.sluice.testkit.SharedServers;
import io.sluice.transform.FenceKind;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sequence numbers of one cluster are to another: on the way back, and to clients that remember them. */
class SequencesIT {

    private static final int MOST_OPEN = 1000;

    private final URI old = SharedServers.es7().endpoint();
    private final URI now = SharedServers.openSearch2().endpoint();

    @TempDir
    private Path folder;

    @BeforeEach
    void wipe() throws Exception {
        for (URI cluster : new URI[] {old, now}) {
            Servers.wipe(cluster);
            Servers.succeed(cluster, "PUT", "/books", "{\"settings\":{\"number_of_shards\":2}}");
        }
    }

    /** The old source has versions as clients gave them, far above any sequence number of the other cluster. */
    @Test
    void theWayBackWinsOverEveryVersionOfTheOldSource() throws Exception {
        for (int id = 1; id <= 4; id++) {
            String micros = "?version_type=external&version=17900000000000" + id;
            Servers.succeed(old, "PUT", "/books/_doc/" + id + micros, "{\"n\":0}");
            Servers.succeed(now, "PUT", "/books/_doc/" + id, "{\"n\":0}");
        }
        try (CaptureKafka capture = CaptureKafka.start(folder);
                Recorder recorder = capture.recorder();
                CapturedClient client = new CapturedClient(recorder, now, 1);
                RunningReplay back = RunningReplay.start(
                        capture.spec(Rewriting.by(ChangedRules.withFence(FenceKind.WAY_BACK)), now, old, 1),
                        capture.state(),
                        1)) {
            client.write("PUT", "/books/_doc/1", "{\"n\":1}");
            client.write("PUT", "/books/_doc/1", "{\"n\":2}");
            client.write("POST", "/books/_update/2", "{\"doc\":{\"n\":3}}");
            client.write("DELETE", "/books/_doc/3", "");
            client.write("DELETE", "/books/_doc/4?filter_path=result", ""); // is asked for
            Instant end = Instant.now();

            JsonNode status = back.await(at -> at.path("replayed_until").isTextual()
                    && Instant.parse(at.get("replayed_until").asText()).isAfter(end));

            assertThat(DocumentComparison.of(now, old, "books"))
                    .as("%s", status)
                    .matches(DocumentComparison::isEqual);
            assertThat(status.at("/exchanges/superseded").asInt())
                    .as("%s", status)
                    .isZero();
            long seqNo = Servers.succeed(now, "GET", "/books/_doc/1", "")
                    .get("_seq_no")
                    .asLong();
            assertThat(Servers.succeed(old, "GET", "/books/_doc/1", "")
                            .get("_version")
                            .asLong())
                    .isEqualTo((1L << 60) + seqNo);
        }
    }

    @Test
    void clientsThatRememberSequenceNumbersAreFoundInACapture() throws Exception {
        Servers.succeed(old, "PUT", "/films", "{\"aliases\":{\"seen\":{}}}");
        Servers.succeed(old, "PUT", "/notes", "{}");
        try (CaptureKafka capture = CaptureKafka.start(folder)) {
            try (Recorder recorder = capture.recorder();
                    CapturedClient client = new CapturedClient(recorder, old, 1)) {
                client.write("PUT", "/books/_doc/1", "{\"n\":1}");
                client.write("PUT", "/books/_doc/1?if_seq_no=0&if_primary_term=1", "{\"n\":2}");
                assertThat(client.write("DELETE", "/books/_doc/1?if_seq_no=7&if_primary_term=1", "")
                                .status())
                        .isEqualTo(409);
                client.write("PUT", "/seen/_doc/1", "{\"n\":1}");
                client.write("POST", "/_bulk", """
                        {"index":{"_index":"notes","_id":"1"}}
                        {"n":1}
                        {"index":{"_index":"seen","_id":"1","if_seq_no":0,"if_primary_term":1}}
                        {"if_seq_no":1}
                        """);
            }

            ConditionalWrites found = found(capture);

            assertThat(found.byIndex()).isEqualTo(Map.of("books", 2L, "films", 1L));
            assertThat(found.ofOthers() + found.unreadable()).isZero();
        }
    }

    private static ConditionalWrites found(CaptureKafka capture) {
        ConditionalWrites found = new ConditionalWrites(Types.ONE);
        Map<Integer, PartitionReader> readers = new HashMap<>();
        Map<String, String> kafka = Map.of("bootstrap.servers", capture.kafka().address());
        try (CaptureTopic topic = new CaptureTopic(kafka, capture.topic())) {
            topic.readToEnd((partition, offset, key, value) -> {
                PartitionReader reader = readers.computeIfAbsent(
                        partition, one -> new PartitionReader(new ExchangeAssembler(found::take, 1 << 24), MOST_OPEN));
                try {
                    reader.read(RecordDecoder.decode(key, value));
                } catch (UnreadableRecordException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        return found;
    }
}

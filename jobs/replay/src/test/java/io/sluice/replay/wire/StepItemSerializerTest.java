package io.sluice.replay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sluice.replay.compare.Matter;
import io.sluice.replay.compare.ReadAnswer;
import io.sluice.replay.names.NameEffects;
import io.sluice.replay.rewrite.AskReason;
import io.sluice.replay.rewrite.Cursor;
import io.sluice.replay.rewrite.Cursor.Kind;
import io.sluice.replay.rewrite.Cursor.Role;
import io.sluice.replay.rewrite.Step;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StepItemSerializerTest {

    private static StepItem read(@Nullable Cursor cursor) {
        ReadAnswer answer = new ReadAnswer(200, ByteString.copyFromUtf8("{}"));
        ByteString body = ByteString.copyFromUtf8("{\"scroll_id\":}");
        Step.Read read = new Step.Read(2, "POST", "/_search/scroll", "application/json", body, answer, 7, cursor);
        return new StepItem(new ExchangeRef(3, 4, new UUID(5, 6), 7, 8), read);
    }

    private static StepItem again(StepItem item) throws IOException {
        StepItemSerializer serializer = new StepItemSerializer();
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(item, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        StepItem read = serializer.deserialize(in);
        assertThat(in.available()).isZero();
        return read;
    }

    @Test
    void aReadIsReadAsItWasWrittenWithItsCursorAndWithout() throws IOException {
        UUID root = Cursor.digest("root");
        Cursor full = new Cursor(
                Kind.SCROLL, Role.GOES_ON, root, new UUID(9, 9), 13, 60_000, Matter.NUMBER_OF_HITS, "a_rule");
        Cursor empty = new Cursor(Kind.POINT_IN_TIME, Role.OPENS, null, null, -1, -1, Matter.STATUS, "");

        assertThat(again(read(full))).isEqualTo(read(full));
        assertThat(again(read(empty))).isEqualTo(read(empty));
        assertThat(again(read(null))).isEqualTo(read(null));
    }

    @Test
    void writesAndWhatNamesDoAreReadAsTheyWereWritten() throws IOException {
        ExchangeRef ref = new ExchangeRef(3, 4, new UUID(5, 6), 7, 8);
        ByteString source = ByteString.copyFromUtf8("{}");
        StepItem plain = new StepItem(ref, new Step.Write(1, "a", "b", null, "i", "r", 9, source));
        StepItem full = new StepItem(ref, new Step.Write(1, "a", "b", "t", "i", null, -1, null, "via", 10));
        NameEffects effects = new NameEffects(Set.of("r"), Set.of("p"), Map.of("l", Set.of("m")));
        StepItem names = new StepItem(ref, new Step.Names(0, 127, effects));

        assertThat(again(plain)).isEqualTo(plain);
        assertThat(again(full)).isEqualTo(full);
        StepItem ask =
                new StepItem(ref, new Step.Ask(1, "a", "b", true, null, "i", null, AskReason.UPDATE, "via", 10, 7));

        assertThat(again(ask)).isEqualTo(ask);
        assertThat(again(names)).isEqualTo(names);
    }

    @Test
    void aStateOfAnotherFormIsRefusedInWordsThatSayWhatToDo() throws IOException {
        StepItemSerializer.Snapshot snapshot = new StepItemSerializer.Snapshot();
        ClassLoader loader = getClass().getClassLoader();
        DataInputDeserializer nothing = new DataInputDeserializer(new byte[0]);

        snapshot.readSnapshot(snapshot.getCurrentVersion(), nothing, loader);
        assertThatThrownBy(() -> snapshot.readSnapshot(3, nothing, loader))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--fresh");
    }
}

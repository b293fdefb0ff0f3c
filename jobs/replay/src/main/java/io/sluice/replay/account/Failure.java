package io.sluice.replay.account;

import io.sluice.replay.wire.Text;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Which item the target lacks, for the outcome files. Secrets are redacted.
 *
 * @param item its place among those of its exchange
 * @param index at the target; empty when not known
 * @param id empty when not known
 * @param reason what the target said; may be empty
 * @param document the beginning of what was to be written; null when there is none
 */
public record Failure(
        int item,
        String index,
        String id,
        String reason,
        @Nullable String document) {

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(item);
        Text.write(index, out);
        Text.write(id, out);
        Text.write(reason, out);
        Text.write(document, out);
    }

    static Failure readFrom(DataInput in) throws IOException {
        return new Failure(in.readInt(), Text.read(in), Text.read(in), Text.read(in), Text.readNullable(in));
    }
}

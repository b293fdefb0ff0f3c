package io.sluice.replay.account;

import io.sluice.replay.wire.Text;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How the target answered a read, and what the comparison says. Texts have their secrets redacted.
 *
 * @param status of HTTP; 0 when no answer came
 * @param micros from the sending to the end of the answer
 * @param sawUnfinishedWrites whether writes of before the read may not have been visible when it was sent
 * @param differences paths, or why there is nothing to compare
 * @param overlap how alike the lists of hits are, as {@link io.sluice.replay.compare.HitLikeness} has it
 * @param jaccard likewise
 * @param rankBiased likewise
 * @param request the beginning of what was asked; empty if the answers are equal
 * @param source the beginning of the source's answer; empty if the answers are equal
 * @param target the beginning of the target's; empty if the answers are equal
 */
public record Answered(
        Result result,
        int status,
        long micros,
        boolean sawUnfinishedWrites,
        List<String> differences,
        double overlap,
        double jaccard,
        double rankBiased,
        String request,
        String source,
        String target) {

    public Answered {
        differences = List.copyOf(differences);
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeUTF(result.name());
        out.writeInt(status);
        out.writeLong(micros);
        out.writeBoolean(sawUnfinishedWrites);
        out.writeInt(differences.size());
        for (String difference : differences) {
            Text.write(difference, out);
        }
        out.writeDouble(overlap);
        out.writeDouble(jaccard);
        out.writeDouble(rankBiased);
        Text.write(request, out);
        Text.write(source, out);
        Text.write(target, out);
    }

    static Answered readFrom(DataInput in) throws IOException {
        Result result = Result.valueOf(in.readUTF());
        int status = in.readInt();
        long micros = in.readLong();
        boolean sawUnfinishedWrites = in.readBoolean();
        List<String> differences = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            differences.add(Text.read(in));
        }
        return new Answered(
                result,
                status,
                micros,
                sawUnfinishedWrites,
                differences,
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                Text.read(in),
                Text.read(in),
                Text.read(in));
    }
}

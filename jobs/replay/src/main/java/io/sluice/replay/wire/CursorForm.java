package io.sluice.replay.wire;

import io.sluice.replay.compare.Matter;
import io.sluice.replay.rewrite.Cursor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a read has to do with a cursor, as a part of its {@link StepItemSerializer form}. */
final class CursorForm {

    private CursorForm() {}

    static void write(@Nullable Cursor cursor, DataOutput out) throws IOException {
        out.writeBoolean(cursor != null);
        if (cursor != null) {
            Text.write(cursor.kind().name(), out);
            Text.write(cursor.role().name(), out);
            Text.write(cursor.root(), out);
            Text.write(cursor.given(), out);
            out.writeInt(cursor.hole());
            out.writeLong(cursor.keepMillis());
            Text.write(cursor.matter().name(), out);
            Text.write(cursor.reason(), out);
        }
    }

    static @Nullable Cursor read(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        return new Cursor(
                Cursor.Kind.valueOf(Text.read(in)),
                Cursor.Role.valueOf(Text.read(in)),
                Text.readUuid(in),
                Text.readUuid(in),
                in.readInt(),
                in.readLong(),
                Matter.valueOf(Text.read(in)),
                Text.read(in));
    }
}

package io.sluice.replay.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Texts and bytes of any length: a length of −1 stands for null. */
public final class Text {

    private Text() {}

    public static void write(@Nullable String text, DataOutput out) throws IOException {
        writeBytes(text == null ? null : text.getBytes(StandardCharsets.UTF_8), out);
    }

    public static @Nullable String readNullable(DataInput in) throws IOException {
        byte[] bytes = readBytes(in);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /** Fails if null was written. */
    public static String read(DataInput in) throws IOException {
        String text = readNullable(in);
        if (text == null) {
            throw new IOException("expected a text but found none");
        }
        return text;
    }

    public static void write(@Nullable ByteString bytes, DataOutput out) throws IOException {
        writeBytes(bytes == null ? null : bytes.toByteArray(), out);
    }

    public static @Nullable ByteString readByteString(DataInput in) throws IOException {
        byte[] bytes = readBytes(in);
        return bytes == null ? null : UnsafeByteOperations.unsafeWrap(bytes); // nobody else has the array
    }

    public static void write(@Nullable UUID uuid, DataOutput out) throws IOException {
        out.writeBoolean(uuid != null);
        if (uuid != null) {
            out.writeLong(uuid.getMostSignificantBits());
            out.writeLong(uuid.getLeastSignificantBits());
        }
    }

    public static @Nullable UUID readUuid(DataInput in) throws IOException {
        return in.readBoolean() ? new UUID(in.readLong(), in.readLong()) : null;
    }

    public static void writeBytes(byte @Nullable [] bytes, DataOutput out) throws IOException {
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    public static byte @Nullable [] readBytes(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}

package io.sluice.replay.account;

import io.sluice.replay.wire.Text;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What is told of an exchange beside what became of it.
 *
 * @param route the route's name, such as <code>POST /{index}/_search</code>; empty when not known
 * @param index as the request names it, which may be a list or a pattern; empty when it names none, or several
 * @param status the source's, of HTTP; 0 when not known
 * @param micros from the end of the request to the end of the source's answer; −1 when not known
 * @param read whether it changes nothing: then nobody waits for it to be settled
 */
public record About(String route, String index, int status, long micros, boolean read) {

    /** Nothing is known, and it may be a write. */
    public static final About NOTHING = new About("", "", 0, -1, false);

    /** Longer lists of indices are cut, in characters. */
    public static final int LONGEST_INDEX = 200;

    public About {
        index = index.length() <= LONGEST_INDEX ? index : index.substring(0, LONGEST_INDEX);
    }

    void writeTo(DataOutput out) throws IOException {
        Text.write(route, out);
        Text.write(index, out);
        out.writeInt(status);
        out.writeLong(micros);
        out.writeBoolean(read);
    }

    static About readFrom(DataInput in) throws IOException {
        return new About(Text.read(in), Text.read(in), in.readInt(), in.readLong(), in.readBoolean());
    }
}

package io.sluice.verify;

import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Matches what no reader could, and keeps what does not match, on disk; at the end all that is left is looked at again.
 *
 * <p>A state for each document that waits or differs, which goes when the other side shows the same. No checkpoint can be taken while
 * it looks again: what it decides and mends in that time is in a {@link Journal}, from which a restart goes on.
 */
final class Matcher extends AbstractStreamOperator<String>
        implements OneInputStreamOperator<Tuple2<String, byte[]>, String>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private static final ValueStateDescriptor<byte[]> WAITING =
            new ValueStateDescriptor<>("waiting", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private static final ValueStateDescriptor<String> INTENDED = new ValueStateDescriptor<>("intended", Types.STRING);
    private static final ValueStateDescriptor<Boolean> TOLD = new ValueStateDescriptor<>("told", Types.BOOLEAN);

    private final VerifySpec spec;

    /** What was seen of a document that did not match. */
    private transient ValueState<byte[]> waiting;

    /** How one differed that was mended and is open all the same, or was about to be mended when an earlier attempt ended. */
    private transient ValueState<String> intended;

    /** Whether one was told of: what the {@link Journal} says of it is not told again. */
    private transient ValueState<Boolean> told;

    @SuppressWarnings("NullAway.Init") // Flink initializes the state before anything is processed
    Matcher(StreamOperatorParameters<String> parameters, VerifySpec spec) {
        super(parameters);
        this.spec = spec;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        waiting = context.getKeyedStateStore().getState(WAITING);
        intended = context.getKeyedStateStore().getState(INTENDED);
        told = context.getKeyedStateStore().getState(TOLD);
    }

    @Override
    public void processElement(StreamRecord<Tuple2<String, byte[]>> element) throws Exception {
        byte[] known = waiting.value();
        byte[] bytes = element.getValue().f1;
        if (known == null) {
            waiting.update(bytes);
            return;
        }
        Sighting sighting = Sighting.of(known).with(Sighting.of(bytes));
        if (sighting.isEqual()) {
            waiting.clear();
        } else {
            waiting.update(sighting.toBytes());
        }
    }

    @Override
    public void endInput() throws Exception {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        Journal journal = new Journal(spec, task.getIndexOfThisSubtask());
        Left left = new Left();
        journal.read(line -> {
            if (isOfThisSubtask(line.key(), task)) {
                left.recover(line);
            }
        });
        try (SecondLook look = SecondLook.open(spec, journal, task.getNumberOfParallelSubtasks())) {
            look.settle(left);
            if (look.equalAgain() > 0) {
                output.collect(new StreamRecord<>(Outcome.equalAgain(look.equalAgain())));
            }
        }
    }

    private static boolean isOfThisSubtask(String key, TaskInfo task) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        key, task.getMaxNumberOfParallelSubtasks(), task.getNumberOfParallelSubtasks())
                == task.getIndexOfThisSubtask();
    }

    /** What is left of the state. */
    private final class Left implements SecondLook.Suspects {

        /**
         * Takes what an earlier attempt wrote down of a document. The part that it is of may have been read again since: then what was
         * mended is equal, and not among the suspects any more.
         */
        void recover(Journal.Line line) throws Exception {
            setCurrentKey(line.key());
            if (told.value() != null) {
                return;
            }
            if (line.isDecided()) {
                tell(line.text());
            } else if (waiting.value() == null) {
                tell(Outcome.repaired(line.text()));
            } else {
                intended.update(line.text());
            }
        }

        private void tell(String line) throws Exception {
            waiting.clear();
            intended.clear();
            told.update(true);
            output.collect(new StreamRecord<>(line));
        }

        @Override
        public void each(SecondLook.Visitor visitor) throws Exception {
            KeyedStateBackend<String> backend = getKeyedStateBackend();
            backend.applyToAllKeys(
                    VoidNamespace.INSTANCE,
                    VoidNamespaceSerializer.INSTANCE,
                    WAITING,
                    (key, state) -> visitor.see(key, Sighting.of(state.value())));
        }

        @Override
        public @Nullable String intended(String key) throws Exception {
            setCurrentKey(key);
            return intended.value();
        }

        @Override
        public void intends(String key, String line) throws Exception {
            setCurrentKey(key);
            intended.update(line);
        }

        @Override
        public void settled(String key) throws Exception {
            setCurrentKey(key);
            waiting.clear();
        }

        @Override
        public void changed(String key, Sighting now) throws Exception {
            setCurrentKey(key);
            waiting.update(now.toBytes());
        }

        @Override
        public void decided(String key, String line) throws Exception {
            setCurrentKey(key);
            tell(line);
        }
    }

    /** Makes it. */
    static final class Factory extends AbstractStreamOperatorFactory<String>
            implements OneInputStreamOperatorFactory<Tuple2<String, byte[]>, String> {

        private static final long serialVersionUID = 1L;

        private final VerifySpec spec;

        Factory(VerifySpec spec) {
            this.spec = spec;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
        }) // Flink's signature promises any type of operator; it is given the one it asked for
        public <T extends StreamOperator<String>> T createStreamOperator(StreamOperatorParameters<String> parameters) {
            return (T) new Matcher(parameters, spec);
        }

        @Override
        public Class<? extends StreamOperator<?>> getStreamOperatorClass(ClassLoader loader) {
            return Matcher.class;
        }
    }
}

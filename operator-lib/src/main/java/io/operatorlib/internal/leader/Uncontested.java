package io.operatorlib.internal.leader;

import io.operatorlib.leader.Leadership;
import java.time.Duration;
import java.util.OptionalLong;

/** The leadership of one who runs alone. */
public enum Uncontested implements Leadership {
    INSTANCE;

    @Override
    public long term() {
        return 0;
    }

    @Override
    public String holder() {
        return "";
    }

    @Override
    public OptionalLong validUntil() {
        return OptionalLong.empty();
    }

    @Override
    public Duration remaining() {
        return Duration.ofSeconds(Long.MAX_VALUE);
    }
}

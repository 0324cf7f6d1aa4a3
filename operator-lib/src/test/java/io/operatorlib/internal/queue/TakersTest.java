package io.operatorlib.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.internal.VirtualScheduler;
import org.junit.jupiter.api.Test;

class TakersTest {
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final Takers takers = new Takers();

    @Test
    void whoLooksAtTheClockFirstIsCalledLast() {
        var first = scheduler.gate();
        var second = scheduler.gate();
        var third = scheduler.gate();
        takers.add(second, 20);
        takers.add(first, 10);
        takers.add(third, 30);

        assertThat(takers.call()).containsSame(third);
        assertThat(takers.call()).containsSame(second);
        assertThat(takers.anyBy(10)).isTrue();
        assertThat(takers.anyBy(9)).isFalse();
        assertThat(takers.call()).containsSame(first);
        assertThat(takers.call()).isEmpty();
    }

    @Test
    void whoHasLeftIsNotCalled() {
        var here = scheduler.gate();
        var left = scheduler.gate();
        takers.add(here, 10);
        takers.add(left, 20);
        takers.remove(left);

        assertThat(takers.callAll()).containsExactly(here);
        assertThat(takers.call()).isEmpty();
    }
}

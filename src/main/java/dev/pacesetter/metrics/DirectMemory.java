package dev.pacesetter.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** The memory outside the heap that buffers for the network take. Which of the two counts it depends on the JVM. */
public final class DirectMemory {

    private static final String DIRECT = "direct";

    private DirectMemory() {}

    /** Shows it. */
    public static void show(MeterRegistry meters) {
        List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals(DIRECT))
                .toList();
        Gauge.builder("pacesetter.direct.memory.bytes", pools, DirectMemory::used)
                .description("Memory outside the heap that buffers take")
                .strongReference(true)
                .register(meters);
    }

    private static double used(List<BufferPoolMXBean> pools) {
        long known = pools.stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        // Less than none: Netty does not count.
        return known + Math.max(0, PlatformDependent.usedDirectMemory());
    }
}

"""Shortest augmenting paths over reduced costs (Dijkstra, as in Jonker and Volgenant 1987), and the least prices."""

import numpy as np
from numba import njit

# A heap entry holds a distance and a place in one number.
PLACE_BITS = 21
PLACE = (1 << PLACE_BITS) - 1
FAR = 1 << 60


@njit(cache=True)
def release(start, there, worth, may_stay, price, right_of, left_of, earned):
    """Set free who would be better off elsewhere at these prices."""
    for left in range(len(price)):
        right = right_of[left]
        if right >= 0 and earned[left] - price[right] < _best(start, there, worth, may_stay, price, left):
            left_of[right] = right_of[left] = -1


@njit(cache=True)
def _best(start, there, worth, may_stay, price, left):
    """Return the most that a left place could gain at these prices."""
    best = -price[left] if may_stay[left] else -FAR
    for arc in range(start[left], start[left + 1]):
        best = max(best, worth[arc] - price[there[arc]])
    return best


@njit(cache=True)
def finish(start, there, worth, may_stay, price, right_of, left_of, earned):
    """Assign whoever is free along shortest augmenting paths; say whether everybody could be."""
    size = len(price)
    distance, is_done = np.full(size, FAR, np.int64), np.zeros(size, np.bool_)
    parent, gain = np.empty(size, np.int32), np.empty(size, np.int64)
    seen, near = np.empty(size, np.int32), np.empty(size, np.int32)
    heap = np.empty(len(there) + size, np.int64)
    for root in range(size):
        if right_of[root] >= 0:
            continue
        left, base, end = root, 0, -1
        mine = _best(start, there, worth, may_stay, price, root)
        in_heap = count = close = 0
        while end < 0:
            # One arc more than there are stands for staying empty.
            for arc in range(start[left] - may_stay[left], start[left + 1]):
                right, value = (there[arc], worth[arc]) if arc >= start[left] else (left, 0)
                away = base + mine + price[right] - value
                if is_done[right] or away >= distance[right]:
                    continue
                if distance[right] == FAR:
                    seen[count] = right
                    count += 1
                distance[right], parent[right], gain[right] = away, left, value
                if away > base:
                    in_heap = _push(heap, in_heap, away << PLACE_BITS | right)
                elif left_of[right] < 0:
                    end = right
                    break
                else:
                    # What costs nothing more is looked at first: many are alike.
                    is_done[right] = True
                    near[close] = right
                    close += 1
            if end >= 0:
                break
            if close:
                close -= 1
                right = near[close]
            else:
                right = -1
                while in_heap and right < 0:
                    least = heap[0]
                    in_heap = _pop(heap, in_heap)
                    place = least & PLACE
                    if not is_done[place] and distance[place] == least >> PLACE_BITS:
                        right = place
                if right < 0:
                    return False
                is_done[right] = True
                base = distance[right]
            if left_of[right] < 0:
                end = right
            else:
                left = left_of[right]
                mine = earned[left] - price[right]
        for at in range(count):
            right = seen[at]
            if is_done[right]:
                price[right] += base - distance[right]
            is_done[right], distance[right] = False, FAR
        while end >= 0:
            left = parent[end]
            before = right_of[left]
            right_of[left], left_of[end], earned[left] = end, left, gain[end]
            end = before
    return True


@njit(cache=True)
def least(start, there, worth, may_stay, price, right_of, left_of, earned):
    """Lower valid right prices as far as they go without falling below 0, by shortest paths (Dijkstra)."""
    size = len(price)
    fall, is_done = price.copy(), np.zeros(size, np.bool_)
    lowest = price.min()
    heap, in_heap = np.empty(len(there) + 2 * size, np.int64), 0
    for right in range(size):
        in_heap = _push(heap, in_heap, (fall[right] - lowest) << PLACE_BITS | right)
    while in_heap:
        right = heap[0] & PLACE
        in_heap = _pop(heap, in_heap)
        if is_done[right]:
            continue
        is_done[right] = True
        left = left_of[right]
        mine = earned[left] - price[right]
        for arc in range(start[left] - may_stay[left], start[left + 1]):
            other, value = (there[arc], worth[arc]) if arc >= start[left] else (left, 0)
            lower = fall[right] + mine + price[other] - value
            if lower < fall[other]:
                fall[other] = lower
                in_heap = _push(heap, in_heap, (lower - lowest) << PLACE_BITS | other)
    return price - fall


@njit(cache=True, inline="always")
def _push(heap, count, key):
    at = count
    while at > 0 and heap[(at - 1) >> 1] > key:
        heap[at] = heap[(at - 1) >> 1]
        at = (at - 1) >> 1
    heap[at] = key
    return count + 1


@njit(cache=True, inline="always")
def _pop(heap, count):
    """Remove the least entry, ``heap[0]``, and return how many are left."""
    last, at, down = heap[count - 1], 0, 1
    while down < count - 1:
        if down + 1 < count - 1 and heap[down + 1] < heap[down]:
            down += 1
        if heap[down] >= last:
            break
        heap[at] = heap[down]
        at, down = down, 2 * down + 1
    heap[at] = last
    return count - 1

"""The organisers' desk: what they write, change, publish and see of their events."""

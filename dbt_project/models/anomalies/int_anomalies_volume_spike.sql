{{ volume_anomalies('volume_share > spike_share', 'far more records than usual') }}

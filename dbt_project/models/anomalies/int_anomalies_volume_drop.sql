{{ volume_anomalies(
    'is_over and volume_share < drop_share', 'far fewer records than usual'
) }}
